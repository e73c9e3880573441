// The review queue by keys: Enter says "right" (the button has the focus), typing replaces the text, X and Z
// are shortcuts of their buttons. Where readers differ, each text has a button with a key that sends it.

import { isTyping } from "./shortcuts";

const FIRST = /^[0-9a-zđ]$/i;
/** Keys of buttons: none begins a plate of a province, which begins with a figure. */
const SHORTCUTS = new Set(["a", "s", "d", "f", "x", "z"]);

/** Whether this key begins a text of one's own. */
export function begins(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return false;
  return FIRST.test(event.key) && !SHORTCUTS.has(event.key.toLowerCase()) && event.key !== "?";
}

export function mount(element: HTMLElement): () => void {
  const field = element.querySelector<HTMLInputElement>("input[name=text]");
  const onKey = (event: KeyboardEvent): void => {
    if (!field || !begins(event)) return;
    event.preventDefault();
    event.stopPropagation();
    field.value = event.key.toUpperCase();
    field.focus();
  };
  const onFill = (event: Event): void => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-fill]") : null;
    if (!button || !field) return;
    field.value = button.dataset["fill"] ?? "";
    field.form?.requestSubmit();
  };
  document.addEventListener("keydown", onKey, true);
  element.addEventListener("click", onFill);
  element.querySelector<HTMLElement>("[data-right]")?.focus();
  return () => {
    document.removeEventListener("keydown", onKey, true);
  };
}
