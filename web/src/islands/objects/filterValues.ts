// What is typed or ticked for one condition.

import { fill, gettext } from "../../words";
import type { AskedField, Condition } from "./cql";

const MANY = 12;
type OnValues = (values: string[]) => void;

export function valueBox(field: AskedField, asked: Condition, onValues: OnValues): HTMLElement[] {
  if (asked.operator === "empty" || asked.operator === "filled") return [];
  if (asked.operator === "range") return [rangeBox(field, asked, onValues)];
  if (asked.operator === "contains" || asked.operator === "is") return [textBox(field, asked, onValues)];
  return [tickBox(field, asked, onValues)];
}

function textBox(field: AskedField, asked: Condition, onValues: OnValues): HTMLElement {
  const input = document.createElement("input");
  input.className = "form-control form-control-sm";
  input.type = "search";
  input.value = asked.values[0] ?? "";
  input.setAttribute("aria-label", field.title);
  input.addEventListener("input", () => {
    onValues([input.value]);
  });
  return input;
}

function rangeBox(field: AskedField, asked: Condition, onValues: OnValues): HTMLElement {
  const row = document.createElement("div");
  row.className = "objects-range";
  const inputs = [gettext("from"), gettext("to")].map((words, at) => {
    const input = document.createElement("input");
    input.className = "form-control form-control-sm";
    input.type = field.type === "date" ? "date" : "number";
    if (field.type === "number") input.step = "any";
    input.value = asked.values[at] ?? "";
    input.placeholder = words;
    input.setAttribute("aria-label", `${field.title} ${words}`);
    return input;
  });
  for (const input of inputs) {
    input.addEventListener("input", () => {
      onValues(inputs.map((one) => one.value));
    });
  }
  row.append(...inputs);
  if (field.unit) row.append(field.unit);
  return row;
}

function tickBox(field: AskedField, asked: Condition, onValues: OnValues): HTMLElement {
  const box = document.createElement("div");
  box.className = "objects-ticks";
  const ticks = field.choices.map((choice) => {
    const [label, tick] = [document.createElement("label"), document.createElement("input")];
    label.className = "form-check";
    tick.type = "checkbox";
    tick.className = "form-check-input";
    tick.value = choice.value;
    tick.checked = asked.values.includes(choice.value);
    label.append(tick, choice.title);
    return label;
  });
  box.addEventListener("change", (event) => {
    if ((event.target as HTMLInputElement).type !== "checkbox") return;
    onValues([...box.querySelectorAll<HTMLInputElement>("input:checked")].map((one) => one.value));
  });
  if (ticks.length > MANY) box.append(searchTicks(field, ticks));
  box.append(...ticks);
  return box;
}

function searchTicks(field: AskedField, ticks: HTMLElement[]): HTMLElement {
  const plain = (text: string) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");
  const input = document.createElement("input");
  input.className = "form-control form-control-sm";
  input.type = "search";
  input.placeholder = gettext("Find…");
  input.setAttribute("aria-label", fill(gettext("Find in {title}"), { title: field.title }));
  input.addEventListener("input", () => {
    for (const tick of ticks) tick.hidden = !plain(tick.textContent).includes(plain(input.value));
  });
  return input;
}
