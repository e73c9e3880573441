// The inbox: a line opens beside the list where there is room, x marks it, marked lines move together.

import htmx from "htmx.org";
import { gettext, ngettext } from "../words";
import { isTyping } from "./shortcuts";

const WIDE = "(min-width: 1200px)";

/** The line of the list in which an element stands. */
export function lineOf(element: Element | null): HTMLElement | undefined {
  return element?.closest<HTMLElement>("[data-line]") ?? undefined;
}

/** Turns the mark of a line over; false where there is no line. */
export function toggleMark(line: HTMLElement | undefined): boolean {
  const box = line?.querySelector<HTMLInputElement>("input[name=ids]");
  if (!box) return false;
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}

/** Shows the bar of moves while something is marked, and only the fields that the chosen move needs. */
export function showBar(form: HTMLFormElement): void {
  const bar = form.querySelector<HTMLElement>("[data-bulk]");
  const count = form.querySelectorAll("input[name=ids]:checked").length;
  if (!bar) return;
  bar.hidden = count === 0;
  const words = bar.querySelector("[data-bulk-count]");
  if (words) words.textContent = ngettext("%(count)s marked", "%(count)s marked", count).replace("%(count)s", String(count));
  if (count > 0) bar.querySelector("[data-bulk-moves]")?.dispatchEvent(new CustomEvent("marked"));
  const move = bar.querySelector<HTMLSelectElement>("[name=move]")?.value ?? "";
  for (const part of bar.querySelectorAll<HTMLElement>("[data-for]")) part.hidden = part.dataset["for"] !== move;
}

export function mount(root: HTMLElement): (() => void) | undefined {
  const form = root.querySelector<HTMLFormElement>("#inbox-form");
  const body = root.querySelector<HTMLElement>("[data-inbox-body]");
  if (!form || !body) return undefined;

  const open = async (link: HTMLAnchorElement): Promise<void> => {
    for (const other of root.querySelectorAll(".inbox-line-open")) other.classList.remove("inbox-line-open");
    lineOf(link)?.classList.add("inbox-line-open");
    await htmx.ajax("get", `${new URL(link.href).pathname}panel/`, { target: body, swap: "innerHTML" });
    body.querySelector<HTMLElement>("h2 a")?.focus({ preventScroll: true });
  };

  form.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || !(event.target instanceof Element)) return;
    const link = event.target.closest<HTMLAnchorElement>("a[data-row]");
    if (link && matchMedia(WIDE).matches) {
      event.preventDefault();
      void open(link);
    }
    if (event.target.closest("[data-bulk-none]")) {
      for (const box of form.querySelectorAll<HTMLInputElement>("input[name=ids]:checked")) box.checked = false;
      showBar(form);
    }
  });
  form.addEventListener("change", () => {
    showBar(form);
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    // a refresh from the live stream waits while somebody marks lines
    const ours = event.target instanceof HTMLElement && event.target.id === "report-rows";
    if (ours && form.querySelector("input[name=ids]:checked")) (event as CustomEvent<{ shouldSwap: boolean }>).detail.shouldSwap = false;
  });
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "x" && toggleMark(lineOf(document.activeElement))) event.preventDefault();
    if (event.key === "Escape" && body.contains(document.activeElement)) {
      root.querySelector<HTMLElement>(".inbox-line-open a[data-row]")?.focus();
    }
  };
  document.addEventListener("keydown", onKey);
  root.setAttribute("aria-label", gettext("Inbox"));
  showBar(form);
  return () => {
    document.removeEventListener("keydown", onKey);
  };
}
