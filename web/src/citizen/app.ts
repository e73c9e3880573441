// On every page of the citizens: the worker, the outbox that is emptied when the network is back, the count of what waits.
// <nav data-island="citizen" data-worker="/reports/worker.js" data-language="vi">

import { toast } from "../islands/toasts";
import { token } from "../offline/carriers";
import { fill, gettext } from "../words";
import { BOX, flush, outbox, wordOf } from "./box";

const AGAIN_MS = 60_000; // a network that comes and goes tells nobody

async function register(nav: HTMLElement): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(nav.dataset["worker"] ?? "", { scope: "/reports/", updateViaCache: "none" });
  if (nav.dataset["shell"] !== undefined) return; // the shell's language is the one that was told before
  const ready = await navigator.serviceWorker.ready;
  ready.active?.postMessage({ language: nav.dataset["language"] ?? "vi" });
}

async function count(nav: HTMLElement): Promise<void> {
  const waiting = await outbox.waiting(BOX);
  const badge = nav.querySelector<HTMLElement>("[data-waiting-count]");
  if (!badge) return;
  badge.hidden = waiting.length === 0;
  badge.textContent = String(waiting.length);
  badge.setAttribute("aria-label", fill(gettext("{count} waiting to be sent"), { count: waiting.length }));
}

async function emptied(): Promise<void> {
  const before = new Set((await outbox.waiting(BOX)).map((post) => post.key));
  if (before.size === 0) return;
  await flush();
  for (const row of await outbox.sent(BOX)) {
    if (!before.has(row.key)) continue;
    toast(fill(gettext("Your report has been sent. Its code: {code}"), { code: wordOf(row.answer, "code") }), "success");
  }
}

/** A page from the phone's store has no token of its own; its language buttons ask for one first. */
export function freshen(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    if (form.dataset["fresh"]) return;
    event.preventDefault();
    const { submitter } = event;
    void token().then((value) => {
      form.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.setAttribute("value", value);
      form.querySelector<HTMLInputElement>("input[name=next]")?.setAttribute("value", location.pathname);
      form.dataset["fresh"] = "yes";
      form.requestSubmit(submitter);
    });
  });
}

export function mount(nav: HTMLElement): () => void {
  const onChange = (): void => void count(nav);
  const onBack = (): void => {
    if (document.visibilityState === "visible") void emptied();
  };
  if (nav.dataset["shell"] !== undefined) document.querySelectorAll<HTMLFormElement>("form.language").forEach(freshen);
  void register(nav).catch(() => undefined);
  const stop = outbox.watch(onChange);
  onChange();
  onBack();
  const again = setInterval(onBack, AGAIN_MS);
  window.addEventListener("online", onBack);
  document.addEventListener("visibilitychange", onBack);
  return () => {
    stop();
    clearInterval(again);
    window.removeEventListener("online", onBack);
    document.removeEventListener("visibilitychange", onBack);
  };
}
