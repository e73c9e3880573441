// Which colour means what, and how many there are of each in what is filtered.

import { formatNumber } from "../../format";
import { gettext } from "../../words";
import { withQuery, type Asked } from "./address";
import { fieldOf, type KindConfig } from "./config";

export interface ValueCount {
  value: string;
  title: string;
  colour: string;
  n: number;
}
export interface Statistics {
  total: number;
  by_value: ValueCount[];
}
export interface Tell {
  /** A value was pressed: narrow the map to it. */
  onValue(value: string): void;
  /** The server does not understand the filter. */
  onProblem(words: string): void;
}
const PAUSE_MS = 300;

export class Legend {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking: AbortController | undefined;

  constructor(
    private readonly kind: KindConfig,
    private readonly box: HTMLElement,
    private readonly total: HTMLElement | null,
    private readonly asked: () => Asked,
    private readonly tell: Tell,
  ) {}

  /** Many changes at once are asked about once. */
  soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.load(), PAUSE_MS);
  }

  async load(): Promise<void> {
    clearTimeout(this.timer);
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const { filter, colour } = this.asked();
    const address = withQuery(`${this.kind.root}statistics/`, { filter, colour: colour ?? this.kind.colour });
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (answer.ok) this.show((await answer.json()) as Statistics);
      else {
        this.fail();
        if (answer.status === 422) this.tell.onProblem(((await answer.json()) as { detail?: string }).detail ?? "");
      }
    } catch {
      if (!asking.signal.aborted) this.fail();
    }
  }

  private fail(): void {
    if (this.total) this.total.textContent = "?";
    this.box.classList.add("is-stale");
  }

  private show(found: Statistics): void {
    this.box.classList.remove("is-stale");
    if (this.total) this.total.textContent = formatNumber(found.total);
    const name = this.asked().colour ?? this.kind.colour;
    if (!fieldOf(this.kind, name)) {
      this.box.replaceChildren();
      return;
    }
    const list = document.createElement("ul");
    list.className = "objects-legend";
    list.append(...found.by_value.map((one) => this.line(one, found.total)));
    this.box.replaceChildren(list);
  }

  private line(one: ValueCount, total: number): HTMLElement {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.title = gettext("Show only these");
    const dot = document.createElement("span");
    dot.className = "objects-dot";
    dot.style.background = one.colour;
    const [title, count, bar] = [document.createElement("span"), document.createElement("span"), document.createElement("span")];
    title.className = "objects-legend-title";
    title.textContent = one.title;
    count.className = "objects-legend-count";
    count.textContent = formatNumber(one.n);
    bar.className = "objects-legend-bar";
    bar.style.background = one.colour;
    bar.style.width = `${total ? Math.max(one.n ? 1 : 0, (100 * one.n) / total).toFixed(1) : "0"}%`;
    button.append(dot, title, count, bar);
    button.addEventListener("click", () => {
      this.tell.onValue(one.value);
    });
    item.append(button);
    return item;
  }

  close(): void {
    clearTimeout(this.timer);
    this.asking?.abort();
  }
}

/** By which field the map is coloured: those that are counted cost nothing at any zoom. */
export function colourSelect(kind: KindConfig, chosen: string, onChange: (name: string) => void): HTMLElement {
  const label = document.createElement("label");
  label.className = "objects-colour";
  const words = document.createElement("span");
  words.textContent = gettext("Coloured by");
  const select = document.createElement("select");
  select.className = "form-select form-select-sm";
  select.autocomplete = "off";
  select.dataset["shortcut"] = "c";
  select.dataset["shortcutTitle"] = gettext("Coloured by");
  select.add(new Option(gettext("one colour"), ""));
  for (const field of kind.fields.filter((one) => one.counted || one.name === kind.colour)) select.add(new Option(field.title, field.name));
  select.value = chosen;
  select.addEventListener("change", () => {
    onChange(select.value);
  });
  label.append(words, select);
  return label;
}
