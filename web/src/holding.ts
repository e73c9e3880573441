// What is being sent is held: nobody writes into a part of the page that the answer is about to replace.

import { gettext } from "./words";

interface Sending {
  target: HTMLElement;
  requestConfig: { verb: string };
}

/** Another form of the same part holds words that this sending would take away. */
export function losesWords(part: HTMLElement, sending: Element): boolean {
  const own = sending.closest("form");
  return [...part.querySelectorAll("textarea")].some((area) => !own?.contains(area) && area.value !== area.defaultValue && area.value.trim() !== "");
}

export function holdWhileSending(root: Document): void {
  root.addEventListener("htmx:confirm", (event) => {
    const { detail, target } = event as CustomEvent<{ verb: string; target: HTMLElement; issueRequest: (skip: boolean) => void }>;
    if (detail.verb === "get" || !(target instanceof Element) || !losesWords(detail.target, target)) return;
    if (!window.confirm(gettext("Something else here is written but not sent, and would be lost. Go on all the same?"))) event.preventDefault();
  });
  const focused = new WeakMap<HTMLElement, HTMLElement>();
  const sending = (event: Event): HTMLElement | undefined => {
    const { target, requestConfig } = (event as CustomEvent<Sending>).detail;
    return requestConfig.verb === "get" || target === root.body ? undefined : target;
  };
  root.addEventListener("htmx:beforeSend", (event) => {
    const part = sending(event);
    if (!part) return;
    if (root.activeElement instanceof HTMLElement && part.contains(root.activeElement)) focused.set(part, root.activeElement);
    part.inert = true;
    part.setAttribute("aria-busy", "true");
  });
  root.addEventListener("htmx:afterRequest", (event) => {
    const part = sending(event);
    if (!part?.inert) return;
    part.inert = false;
    part.removeAttribute("aria-busy");
    const before = focused.get(part);
    if (before?.isConnected) before.focus({ preventScroll: true });
  });
}
