// On every page of the field officer: the worker, what it keeps, and the outbox that is emptied when the network is back.
// <nav data-island="field" data-account="12" data-worker="/reports/field/worker.js">

import { toast } from "../islands/toasts";
import { fill, gettext } from "../words";
import { flush, outbox } from "./box";
import { forgetPages } from "./kept";

const MOST_KEPT = 20;

async function register(nav: HTMLElement): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(nav.dataset["worker"] ?? "", { updateViaCache: "none" });
  const ready = await navigator.serviceWorker.ready;
  if (!navigator.onLine) return;
  const mine = location.search ? [] : [...document.querySelectorAll(".field-open")].slice(0, MOST_KEPT);
  const pages = mine.map((link) => link.getAttribute("href") ?? "");
  ready.active?.postMessage({ keep: [location.pathname + location.search, ...pages] });
}

/** A page from the phone's store is older than it looks. */
export function showAge(now = Date.now()): void {
  const at = document.querySelector<HTMLTimeElement>("[data-as-of]");
  if (!at || now - Date.parse(at.dateTime) < 120_000) return;
  document.querySelector("[data-kept]")?.removeAttribute("hidden");
}

async function count(nav: HTMLElement, account: string): Promise<void> {
  const waiting = await outbox.waiting(account);
  const badge = nav.querySelector<HTMLElement>("[data-waiting-count]");
  if (!badge) return;
  badge.hidden = waiting.length === 0;
  badge.textContent = String(waiting.length);
  badge.setAttribute("aria-label", fill(gettext("{count} waiting to be sent"), { count: waiting.length }));
}

async function emptied(account: string): Promise<void> {
  const before = await outbox.waiting(account);
  if (!before.some((post) => post.state === "waiting")) return;
  await flush(account);
  const left = new Set((await outbox.waiting(account)).map((post) => post.key));
  for (const post of before) if (!left.has(post.key)) toast(fill(gettext("Arrived: {what}"), { what: post.label }), "success");
}

export function mount(nav: HTMLElement): () => void {
  const account = nav.dataset["account"] ?? "";
  const onChange = (): void => void count(nav, account);
  const onBack = (): void => {
    showAge();
    if (document.visibilityState === "visible") void emptied(account);
  };
  void forgetPages(account)
    .then(() => register(nav))
    .catch(() => undefined);
  const stop = outbox.watch(onChange);
  onChange();
  onBack();
  window.addEventListener("online", onBack);
  document.addEventListener("visibilitychange", onBack);
  return () => {
    stop();
    window.removeEventListener("online", onBack);
    document.removeEventListener("visibilitychange", onBack);
  };
}
