// What is being sent is held: nobody writes into a part of the page that the answer is about to replace.

interface Sending {
  target: HTMLElement;
  requestConfig: { verb: string };
}

export function holdWhileSending(root: Document): void {
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
