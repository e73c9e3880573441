// data-shortcut="a" presses its element; j and k walk through [data-shortcut-item]; ? shows them all.

import { gettext } from "../words";

const EDITABLE = "input, textarea, select, [contenteditable]";

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches(EDITABLE) && !target.matches("[type=checkbox],[type=radio]");
}

function visible(element: HTMLElement): boolean {
  return !element.hidden && element.closest("[hidden],[inert]") === null;
}

/** False where a style hides it, as the collapsed rail hides the search field. */
function drawn(element: HTMLElement): boolean {
  for (let node: HTMLElement | null = element; node; node = node.parentElement) {
    if (getComputedStyle(node).display === "none") return false;
  }
  return true;
}

/** Where somebody who opened a form wants to write: its words before its choices. */
export function focusFirst(form: HTMLElement): void {
  const field = form.querySelector<HTMLElement>("textarea") ?? form.querySelector<HTMLElement>("input:not([type=hidden]), select");
  field?.focus();
}

/** A search field that cannot be focused leads to the page of its form. */
function press(element: HTMLElement): void {
  if (element instanceof HTMLInputElement && element.form?.matches("[role=search]") && !drawn(element)) element.form.submit();
  else if (element.matches("input:not([type=checkbox]), textarea, select")) element.focus();
  else element.click();
  const details = element.closest("details");
  if (element.matches("summary") && details?.open) {
    focusFirst(details);
  }
}

/** The next item after the focused one, or the first; stops at the ends. */
export function walk(items: HTMLElement[], from: Element | null, step: 1 | -1): HTMLElement | undefined {
  const here = items.findIndex((item) => item === from || item.contains(from));
  if (here < 0) return step > 0 ? items[0] : items.at(-1);
  return items[Math.min(items.length - 1, Math.max(0, here + step))];
}

export function handle(key: string): boolean {
  if (key === "j" || key === "k") {
    const items = [...document.querySelectorAll<HTMLElement>("[data-shortcut-item]")].filter(visible);
    const next = walk(items, document.activeElement, key === "j" ? 1 : -1);
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
    return next !== undefined;
  }
  const all = [...document.querySelectorAll<HTMLElement>("[data-shortcut]")].filter(
    (element) => element.dataset["shortcut"] === key && visible(element),
  );
  const found = all.find(drawn) ?? all[0];
  if (!found) return false;
  press(found);
  return true;
}

export function known(): [string, string][] {
  const own: [string, string][] = [
    ["j / k", gettext("Next / previous item")],
    ["Enter", gettext("Open the item")],
    ["Ctrl + Enter", gettext("Send what is written")],
    ["Esc", gettext("Close the panel")],
    ["?", gettext("This list")],
  ];
  const seen = new Set<string>();
  const page: [string, string][] = [];
  for (const element of document.querySelectorAll<HTMLElement>("[data-shortcut]")) {
    const key = element.dataset["shortcut"] ?? "";
    if (seen.has(key) || !visible(element)) continue;
    seen.add(key);
    page.push([key, element.dataset["shortcutTitle"] ?? (element.title || element.textContent.trim())]);
  }
  if (document.querySelector("[data-island=map]")) own.unshift(["← ↑ → ↓ + −", gettext("Move and zoom the map")]);
  return [...page, ...own];
}

function fillList(list: Element): void {
  list.replaceChildren(
    ...known().flatMap(([key, title]) => {
      const term = document.createElement("dt");
      const name = document.createElement("kbd");
      name.textContent = key;
      term.append(name);
      const words = document.createElement("dd");
      words.textContent = title;
      return [term, words];
    }),
  );
}

/** Ctrl + Enter in a text field sends its form. */
function sendsWritten(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !(event.target instanceof HTMLTextAreaElement)) return false;
  event.target.form?.requestSubmit();
  return true;
}

export function mount(element: HTMLElement): undefined {
  const dialog = element as HTMLDialogElement;
  const open = () => {
    const list = dialog.querySelector("dl");
    if (list) fillList(list);
    dialog.showModal();
  };
  document.addEventListener("naoso:shortcuts", open);
  document.addEventListener("keydown", (event) => {
    if (sendsWritten(event)) event.preventDefault();
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "?") {
      open();
      event.preventDefault();
    } else if (event.key.length === 1 && handle(event.key)) event.preventDefault();
  });
  return undefined;
}
