// Short messages: Django's own, those of an HX-Trigger {"toast": …}, and failed requests.

import { gettext } from "../words";

const SHOWN_MS = 6000;
type Tone = "info" | "success" | "warning" | "error";

export function toast(text: string, tone: Tone = "info"): void {
  document.dispatchEvent(new CustomEvent("naoso:toast", { detail: { text, tone } }));
}

/** What a refused request says of itself: RFC 9457 detail, else words for its status. */
export function refusal(status: number, body: string, kind: string): string {
  if (kind.includes("problem+json")) {
    const problem = JSON.parse(body) as { detail?: string };
    if (problem.detail) return problem.detail;
  }
  if (status === 403) return gettext("You may not do this.");
  if (status === 404) return gettext("It is no longer there.");
  if (status === 409) return gettext("It was changed by someone else meanwhile. Look again.");
  return gettext("That did not work. Try again.");
}

function show(box: HTMLElement, text: string, tone: Tone): void {
  const line = box.querySelector("template")?.content.firstElementChild?.cloneNode(true);
  if (!(line instanceof HTMLElement)) return;
  line.classList.add(`toast-${tone}`);
  const words = line.querySelector("span");
  if (words) words.textContent = text;
  box.append(line);
  arm(line);
}

function arm(line: HTMLElement): void {
  line.querySelector("button")?.addEventListener("click", () => {
    line.remove();
  });
  if (!line.classList.contains("toast-error")) {
    setTimeout(() => {
      line.remove();
    }, SHOWN_MS);
  }
}

export function mount(box: HTMLElement): undefined {
  box.querySelectorAll<HTMLElement>(":scope > .toast-line").forEach(arm);
  const onToast = (event: Event) => {
    const { text, tone } = (event as CustomEvent<{ text: string; tone?: Tone }>).detail;
    show(box, text, tone ?? "info");
  };
  document.addEventListener("naoso:toast", onToast);
  document.addEventListener("toast", onToast);
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    show(box, refusal(xhr.status, xhr.responseText, xhr.getResponseHeader("Content-Type") ?? ""), "error");
  });
  document.addEventListener("htmx:sendError", () => {
    show(box, gettext("The centre cannot be reached. Nothing was sent."), "error");
  });
  return undefined;
}
