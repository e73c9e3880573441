// What a cell or an object says beside the pointer.

import { formatNumber } from "../../format";
import { fill, gettext } from "../../words";
import { fieldOf, type KindConfig } from "./config";

/** `good:12,poor:3` → [["good", 12], ["poor", 3]]; a value may hold a colon of its own. */
export function breakdown(text: string): [string, number][] {
  return text
    .split(",")
    .map((part): [string, number] => {
      const at = part.lastIndexOf(":");
      return [part.slice(0, at), Number(part.slice(at + 1))];
    })
    .filter(([, count]) => Number.isFinite(count) && count > 0);
}

export function titleOf(kind: KindConfig, name: string, value: string): string {
  if (value === "") return gettext("not stated");
  const field = fieldOf(kind, name);
  if (field?.type === "boolean") return value === "true" ? gettext("Yes") : gettext("No");
  return field?.choices.find((choice) => choice.value === value)?.title ?? value;
}

export function stateTitle(kind: KindConfig, state: string): string {
  return kind.states.find((one) => one.value === state)?.title ?? state;
}

function line(className: string, ...content: (Node | string)[]): HTMLElement {
  const element = document.createElement("div");
  element.className = className;
  element.append(...content);
  return element;
}

function dot(colour: string): HTMLElement {
  const mark = document.createElement("span");
  mark.className = "objects-dot";
  mark.style.background = colour;
  return mark;
}

export function cellCard(
  kind: KindConfig, colourBy: string, properties: Record<string, unknown>, colourFor: (value: string) => string,
): HTMLElement {
  const card = document.createElement("div");
  card.append(line("hover-title", fill(gettext("{count} objects"), { count: formatNumber(Number(properties["n"])) })));
  if (fieldOf(kind, colourBy)) {
    for (const [value, count] of breakdown(typeof properties["h"] === "string" ? properties["h"] : "")) {
      card.append(line("objects-hover-line", dot(colourFor(value)), `${titleOf(kind, colourBy, value)}: ${formatNumber(count)}`));
    }
  }
  card.append(line("hover-age", gettext("Click to come nearer")));
  return card;
}

export function objectCard(kind: KindConfig, colourBy: string, properties: Record<string, unknown>): HTMLElement {
  const card = document.createElement("div");
  const text = (key: string) => (typeof properties[key] === "string" ? properties[key] : "");
  card.append(line("hover-title", text("label") || text("code")));
  if (text("label")) card.append(line("hover-age", text("code")));
  if (fieldOf(kind, colourBy)) card.append(line("", titleOf(kind, colourBy, text("v"))));
  if (text("state") !== "active") card.append(line("hover-age", stateTitle(kind, text("state"))));
  return card;
}
