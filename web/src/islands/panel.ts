// The side panel of the map: what is opened goes there, links to alerts and incidents stay in it,
// and what was changed in it refreshes the lists without waiting for the live stream.

import htmx from "htmx.org";
import { gettext } from "../words";
import { Refresher } from "./live";

/** Marks a request that no person made. */
const UNASKED = "X-Unasked";
const OWN = /^\/(alerts|incidents)\/(\d+)\/$/;

/** `/incidents/3/` → `/incidents/3/panel/`; undefined for any other address. */
export function panelAddress(href: string): string | undefined {
  const path = new URL(href, location.href).pathname;
  return OWN.test(path) ? `${path}panel/` : undefined;
}

interface RequestConfig {
  verb: string;
  path: string;
  headers: Record<string, string>;
}

class Panel {
  private opener: HTMLElement | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly body: HTMLElement,
    private readonly refresher: Refresher,
  ) {}

  opened(asked: boolean): void {
    if (!asked) return;
    if (this.root.hidden) {
      this.opener = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
      this.root.hidden = false;
    }
    document.documentElement.classList.add("has-panel");
    this.body.querySelector<HTMLElement>("h2 a, button")?.focus({ preventScroll: true });
  }

  close(): void {
    this.root.hidden = true;
    this.body.replaceChildren();
    document.documentElement.classList.remove("has-panel");
    this.opener?.focus();
  }

  follow(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || !(event.target instanceof Element)) return;
    const link = event.target.closest("a");
    const address = link && panelAddress(link.href);
    if (!address) return;
    event.preventDefault();
    void htmx.ajax("get", address, { target: this.body, swap: "innerHTML" });
  }

  /** Something is typed here that was not saved. */
  written(): boolean {
    const fields = this.body.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file])");
    return [...fields].some((field) => field.value !== field.defaultValue);
  }

  /** Somebody is writing here. */
  private busy(): boolean {
    const typing = document.activeElement?.matches("input, textarea, select") && this.body.contains(document.activeElement);
    return typing || [...this.body.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue);
  }

  /** Someone else changed the incident that is open here; a half-written note is not taken away. */
  changed(id: unknown): void {
    const shown = this.body.querySelector<HTMLElement>("[data-incident]")?.dataset["incident"];
    if (shown !== String(id) || this.busy()) return;
    const address = `/incidents/${shown}/panel/`;
    void htmx.ajax("get", address, { target: this.body, swap: "innerHTML", headers: { [UNASKED]: "1" } });
  }

  /** The answer to an unasked refresh comes late when writing, or another thing's panel, has begun meanwhile. */
  arriving(event: Event): void {
    const detail = (event as CustomEvent<{ shouldSwap: boolean; requestConfig: RequestConfig }>).detail;
    if (!detail.requestConfig.headers[UNASKED]) return;
    const shown = this.body.querySelector<HTMLElement>("[data-incident]")?.dataset["incident"] ?? "";
    if (this.busy() || detail.requestConfig.path !== `/incidents/${shown}/panel/`) detail.shouldSwap = false;
  }

  wrote(): void {
    for (const name of ["alerts.written", "response.written"]) this.refresher.note(name);
    document.dispatchEvent(new CustomEvent("naoso:event", { detail: { name: "alerts.written" } }));
    document.dispatchEvent(new CustomEvent("naoso:event", { detail: { name: "response.written" } }));
  }
}

export function mount(root: HTMLElement): (() => void) | undefined {
  const body = root.querySelector<HTMLElement>("[data-panel-body]");
  if (!body) return undefined;
  const panel = new Panel(root, body, new Refresher());
  root.querySelector("[data-panel-close]")?.addEventListener("click", () => {
    panel.close();
  });
  body.addEventListener("click", (event) => {
    panel.follow(event);
  });
  body.addEventListener("htmx:beforeSwap", (event) => {
    panel.arriving(event);
  });
  body.addEventListener("htmx:afterSwap", (event) => {
    const detail = (event as CustomEvent<{ requestConfig: RequestConfig }>).detail;
    if (event.target === body) panel.opened(!detail.requestConfig.headers[UNASKED]);
  });
  body.addEventListener("htmx:afterRequest", (event) => {
    const detail = (event as CustomEvent<{ requestConfig: RequestConfig; successful: boolean }>).detail;
    if (detail.requestConfig.verb !== "get" && detail.successful) panel.wrote();
  });
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || root.hidden || document.querySelector("dialog[open]")) return;
    if (!panel.written() || window.confirm(gettext("What you typed is not saved. Close all the same?"))) panel.close();
  };
  const onChange = (event: Event) => {
    panel.changed((event as CustomEvent<{ data: { id?: unknown } }>).detail.data.id);
  };
  document.addEventListener("keydown", onKey);
  document.addEventListener("naoso:response.incident_changed", onChange);
  return () => {
    document.removeEventListener("keydown", onKey);
    document.removeEventListener("naoso:response.incident_changed", onChange);
  };
}
