// What is open beside the map drives the map: a card is ringed, a form has its shape to drag, a selection its area.

import htmx from "htmx.org";

export type Open =
  | { what: "nothing" }
  | { what: "card"; id: string }
  | { what: "form"; id: string; shapeUrl: string; input: HTMLInputElement }
  | { what: "new"; input: HTMLInputElement }
  | { what: "selection" };

export function readOpen(body: Element): Open {
  const card = body.querySelector<HTMLElement>("[data-objects-card]");
  if (card) return { what: "card", id: card.dataset["objectsCard"] ?? "" };
  const form = body.querySelector<HTMLElement>("[data-objects-edit], [data-objects-new]");
  const input = form?.querySelector<HTMLInputElement>("[data-objects-shape]");
  if (form && input) {
    const id = form.dataset["objectsEdit"];
    return id ? { what: "form", id, shapeUrl: form.dataset["objectsShapeUrl"] ?? "", input } : { what: "new", input };
  }
  return body.querySelector("[data-objects-selection]") ? { what: "selection" } : { what: "nothing" };
}

/** How much of the map's height the panel leaves free: it comes from below on a narrow screen. */
export function freeShare(): number {
  return matchMedia("(max-width: 767.98px)").matches ? 0.36 : 1;
}

export class Panel {
  private readonly watch: MutationObserver;

  constructor(
    readonly body: HTMLElement,
    onOpen: (open: Open) => void,
  ) {
    this.watch = new MutationObserver(() => {
      onOpen(readOpen(body));
    });
    this.watch.observe(body, { childList: true });
  }

  get open(): boolean {
    return this.body.childElementCount > 0;
  }

  load(address: string): Promise<void> {
    return htmx.ajax("get", address, { target: this.body, swap: "innerHTML" });
  }

  /** Somebody else changed what is shown here. */
  renew(id: string): void {
    const card = this.body.querySelector<HTMLElement>("#objects-card");
    if (card?.dataset["objectsCard"] !== id || card.contains(document.activeElement?.closest("form") ?? null)) return;
    void htmx.ajax("get", card.dataset["objectsAddress"] ?? "", { target: card, swap: "outerHTML" });
  }

  empty(): void {
    this.body.closest<HTMLElement>("[data-island=panel]")?.querySelector<HTMLElement>("[data-panel-close]")?.click();
  }

  close(): void {
    this.watch.disconnect();
  }
}
