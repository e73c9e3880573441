// The service worker of a room of field pages. It keeps the list and the opened tasks with their photos for the
// account that opened them, a day at most, and answers with them where there is no network. Any answer that leads to
// the sign-in page, or comes for another account, ends what was kept.
// The server puts `self.NAOSO` before this script, so that a new build is a new worker.

import { byFetch } from "../offline/carriers";
import { Outbox } from "../offline/queue";
import { forgetPages, PAGES } from "./kept";

interface Build {
  version: string;
  /** The folder of addresses that this worker looks after. */
  room: string;
  /** Beginnings of further addresses whose answers are kept like pages: parts that a page asks for by itself. */
  parts: string[];
  keep: Record<string, string>;
  language: string;
  title: string;
  none: string;
  back: string;
}
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}
declare const self: ServiceWorkerGlobalScope & { NAOSO: Build };

const ROOM = self.NAOSO.room;
const FILES = `naoso-field-files${ROOM}`;
const CACHE = FILES + self.NAOSO.version;
const PHOTO = /^\/reports\/photos\/[0-9a-f-]{36}-(small|full)\.jpg$/;
const ACCOUNT = "X-Naoso-Account";
const PATIENCE_MS = 4000;
const KEPT_MS = 24 * 3_600_000;

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(
    Object.entries(self.NAOSO.keep).map(async ([name, from]) => {
      const answer = await fetch(from, { cache: "no-cache" });
      if (!answer.ok) throw new Error(`${from}: ${answer.status}`);
      await cache.put(name, answer);
    }),
  );
  await self.skipWaiting();
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(FILES) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The cache of the account that is signed in; there is never more than one. */
async function own(): Promise<Cache | undefined> {
  const name = (await caches.keys()).find((one) => one.startsWith(PAGES));
  return name ? caches.open(name) : undefined;
}

function lost(answer: Response): boolean {
  return answer.type === "opaqueredirect" || answer.redirected || [401, 403].includes(answer.status);
}

async function keep(name: string, answer: Response): Promise<void> {
  const account = answer.headers.get(ACCOUNT);
  if (!answer.ok || !account) return;
  await forgetPages(account);
  const copy = new Response(await answer.clone().blob(), { headers: new Headers(answer.headers) });
  copy.headers.set("X-Naoso-Kept", String(Date.now()));
  await (await caches.open(PAGES + account)).put(name, copy);
}

async function keptPage(name: string): Promise<Response | undefined> {
  const found = await (await own())?.match(name);
  const at = Number(found?.headers.get("X-Naoso-Kept") ?? 0);
  return Date.now() - at < KEPT_MS ? found : undefined;
}

function nothingKept(): Response {
  const { language, title, none, back } = self.NAOSO;
  const icon = '<link rel="icon" href="/static/ui/mark.svg"><meta name="viewport" content="width=device-width">';
  const head = `<!doctype html><html lang="${language}"><meta charset="utf-8">${icon}<title>${title}</title>`;
  const body = `<main><h1>${title}</h1><p>${none}</p><p><a href="${ROOM}">${back}</a></p></main>`;
  return new Response(head + body, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } });
}

/** The network while it answers in time and in order, else what is kept. */
async function page(request: Request, name: string): Promise<Response> {
  const patience = new AbortController();
  const timer = setTimeout(() => {
    patience.abort();
  }, PATIENCE_MS);
  const answer = await fetch(request, { signal: patience.signal }).catch(() => undefined);
  clearTimeout(timer);
  if (answer && lost(answer)) await forgetPages();
  else if (answer) await keep(name, answer);
  if (answer && answer.status < 500) return answer;
  return (await keptPage(name)) ?? answer ?? nothingKept();
}

/** A photo never changes under its name, so what is kept is good. */
async function photo(request: Request, name: string): Promise<Response> {
  const cache = await own();
  const found = await cache?.match(name);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected) await cache?.put(name, answer.clone());
  return answer;
}

async function file(request: Request, name: string): Promise<Response> {
  return (await (await caches.open(CACHE)).match(name)) ?? fetch(request);
}

/** Pages with their small photos, one after the other: what the list shows can be opened without a network. */
async function keepAll(names: readonly string[]): Promise<void> {
  for (const name of names) {
    const answer = await fetch(name, { cache: "no-store" });
    if (lost(answer)) return forgetPages();
    const words = await answer.clone().text();
    await keep(name, answer);
    const photos = new Set(words.match(/\/reports\/photos\/[0-9a-f-]{36}-small\.jpg/g) ?? []);
    await Promise.all([...photos].map((one) => photo(new Request(one), one)));
  }
}

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});
self.addEventListener("activate", (event) => {
  event.waitUntil(activate());
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const name = url.pathname + url.search;
  if (request.mode === "navigate") {
    if (url.pathname.startsWith(ROOM)) event.respondWith(page(request, name));
  } else if (self.NAOSO.parts.some((part) => url.pathname.startsWith(part))) event.respondWith(page(request, name));
  else if (PHOTO.test(url.pathname)) event.respondWith(photo(request, name));
  else if (name in self.NAOSO.keep) event.respondWith(file(request, name));
});
self.addEventListener("message", (event) => {
  const { keep: names } = event.data as { keep?: string[] };
  if (names) event.waitUntil(keepAll(names).catch(() => undefined));
});

const outbox = new Outbox("naoso-field");
self.addEventListener("sync", ((event: SyncEvent) => {
  event.waitUntil(
    caches.keys().then(async (names) => {
      const account = names.find((name) => name.startsWith(PAGES))?.slice(PAGES.length);
      if (!account) return; // signed out: it waits for its account
      await outbox.flush(byFetch, account);
      const left = await outbox.waiting(account);
      if (left.some((post) => post.state === "waiting")) throw new Error("try again later");
    }),
  );
}) as EventListener);
