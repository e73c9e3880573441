// The filter: a row for each condition, applied at once; a hand-written one stays as it is.

import { fill, gettext } from "../../words";
import {
  askedFields, compose, OPERATORS, read, type AskedField, type Condition, type Operator,
} from "./cql";
import type { KindConfig } from "./config";
import { valueBox } from "./filterValues";

const PAUSE_MS = 350;

export function operatorWords(operator: Operator): string {
  const words: Record<Operator, string> = {
    in: gettext("is one of"),
    out: gettext("is none of"),
    has: gettext("has one of"),
    range: gettext("is between"),
    contains: gettext("contains"),
    is: gettext("is exactly"),
    empty: gettext("is not stated"),
    filled: gettext("is stated"),
  };
  return words[operator];
}

export class FilterBox {
  private readonly fields: AskedField[];
  private conditions: Condition[] = [];
  /** A filter that rows cannot say. */
  private written = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly rows = document.createElement("div");
  private readonly problem = document.createElement("p");
  private readonly text = document.createElement("textarea");

  constructor(
    private readonly box: HTMLElement,
    kind: KindConfig,
    filter: string,
    private readonly onFilter: (filter: string) => void,
  ) {
    this.fields = askedFields(kind, {
      state: gettext("State"), code: gettext("Code"), unit: gettext("Commune or ward"), yes: gettext("Yes"), no: gettext("No"),
    });
    this.rows.className = "objects-conditions";
    this.problem.className = "objects-problem";
    this.problem.setAttribute("role", "alert");
    this.box.replaceChildren(this.rows, this.problem, this.buttons(), this.writing());
    this.take(filter);
  }

  get filter(): string {
    return this.written || compose(this.conditions, this.fields);
  }

  /** A filter from the address or from the text below. */
  private take(filter: string): void {
    const conditions = read(filter, this.fields);
    this.conditions = conditions ?? [];
    this.written = conditions ? "" : filter;
    this.show();
  }

  /** Only this value of a field; once more, and all are back. */
  narrow(field: string, value: string): void {
    if (this.written || !this.fields.some((one) => one.name === field)) return;
    const asked: Condition = value === "" ? { field, operator: "empty", values: [] } : { field, operator: "in", values: [value] };
    const same = this.conditions.find((one) => one.field === field);
    const again = same?.operator === asked.operator && same.values.join() === asked.values.join();
    this.conditions = this.conditions.filter((one) => one.field !== field);
    if (!again) this.conditions.push(asked);
    this.show();
    this.apply();
  }

  tell(problem: string): void {
    this.problem.textContent = problem;
  }

  private apply(pause = 0): void {
    clearTimeout(this.timer);
    this.text.value = this.filter;
    this.timer = setTimeout(() => {
      this.tell("");
      this.onFilter(this.filter);
    }, pause);
  }

  private show(): void {
    this.text.value = this.filter;
    if (this.written) {
      const words = document.createElement("p");
      words.className = "text-secondary";
      words.textContent = gettext("This filter was written by hand.");
      this.rows.replaceChildren(words);
    } else this.rows.replaceChildren(...this.conditions.map((one) => this.row(one)));
  }

  private row(asked: Condition): HTMLElement {
    const field = this.fields.find((one) => one.name === asked.field);
    const row = document.createElement("fieldset");
    row.className = "objects-condition";
    const head = document.createElement("div");
    head.append(this.fieldSelect(asked), this.dropButton(asked));
    row.append(head);
    if (!field) return row;
    row.append(this.operatorSelect(asked, field));
    row.append(...valueBox(field, asked, (values) => {
      asked.values = values;
      this.apply(PAUSE_MS);
    }));
    return row;
  }

  private fieldSelect(asked: Condition): HTMLSelectElement {
    const select = document.createElement("select");
    select.className = "form-select form-select-sm";
    select.setAttribute("aria-label", gettext("Field"));
    for (const field of this.fields) select.add(new Option(field.title, field.name));
    select.value = asked.field;
    select.addEventListener("change", () => {
      const type = this.fields.find((one) => one.name === select.value)?.type ?? "text";
      Object.assign(asked, { field: select.value, operator: OPERATORS[type][0], values: [] });
      this.show();
      this.apply();
    });
    return select;
  }

  private operatorSelect(asked: Condition, field: AskedField): HTMLSelectElement {
    const select = document.createElement("select");
    select.className = "form-select form-select-sm";
    select.setAttribute("aria-label", gettext("Comparison"));
    for (const operator of OPERATORS[field.type]) select.add(new Option(operatorWords(operator), operator));
    select.value = asked.operator;
    select.addEventListener("change", () => {
      asked.operator = select.value as Operator;
      this.show();
      this.apply();
    });
    return select;
  }

  private dropButton(asked: Condition): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn-close";
    const title = this.fields.find((one) => one.name === asked.field)?.title ?? asked.field;
    button.title = fill(gettext("Drop the condition on {title}"), { title });
    button.setAttribute("aria-label", button.title);
    button.addEventListener("click", () => {
      this.conditions = this.conditions.filter((one) => one !== asked);
      this.show();
      this.apply();
    });
    return button;
  }

  private buttons(): HTMLElement {
    const row = document.createElement("div");
    row.className = "btn-list";
    const add = this.button(gettext("Add a condition"), () => {
      this.written = "";
      const first = this.fields.find((field) => !this.conditions.some((one) => one.field === field.name)) ?? this.fields[0];
      if (first) this.conditions.push({ field: first.name, operator: OPERATORS[first.type][0] ?? "filled", values: [] });
      this.show();
      this.rows.querySelector<HTMLElement>(".objects-condition:last-child select")?.focus();
    });
    add.dataset["shortcut"] = "i";
    add.dataset["shortcutTitle"] = gettext("Add a condition");
    const clear = this.button(gettext("Clear"), () => {
      this.take("");
      this.apply();
    });
    row.append(add, clear);
    return row;
  }

  private button(words: string, deed: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-sm";
    button.textContent = words;
    button.addEventListener("click", deed);
    return button;
  }

  private writing(): HTMLElement {
    const details = document.createElement("details");
    details.className = "objects-written";
    const summary = document.createElement("summary");
    summary.textContent = gettext("As CQL2 text");
    this.text.className = "form-control form-control-sm";
    this.text.rows = 3;
    this.text.spellcheck = false;
    this.text.setAttribute("aria-label", gettext("As CQL2 text"));
    this.text.addEventListener("change", () => {
      this.take(this.text.value.trim());
      this.apply();
    });
    details.append(summary, this.text);
    return details;
  }
}
