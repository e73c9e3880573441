// The service worker of the citizens' pages. It answers only for the page of a new report, the list of what waits,
// and the built files; nothing that belongs to a person or an officer is ever kept.
// The server puts `self.NAOSO` before this script, so that a new build is a new worker.

import { byFetch } from "../offline/carriers";
import { Outbox } from "../offline/queue";
import { carrying, STORE } from "../sos/carry";

interface Build {
  version: string;
  /** Address under which it is asked for → address from which it is fetched. */
  keep: Record<string, string>;
  /** Page → its shell per language. */
  shells: Record<string, Record<string, string>>;
  /** Another room than the reports': its own files and its own outbox. */
  room?: "sos";
}
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}
declare const self: ServiceWorkerGlobalScope & { NAOSO: Build };

const SOS = self.NAOSO.room === "sos";
const PREFIX = SOS ? "naoso-sos-" : "naoso-citizen-";
const CACHE = PREFIX + self.NAOSO.version;
const LANGUAGE = "/reports/-/language";
const BUILT = "/static/ui/dist/assets/";
const PATIENCE_MS = 4000;

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const shells = Object.values(self.NAOSO.shells).flatMap((shell) => Object.values(shell));
  const wanted = [...Object.entries(self.NAOSO.keep), ...shells.map((url) => [url, url] as const)];
  await Promise.all(
    wanted.map(async ([name, from]) => {
      const answer = await fetch(from, { cache: "no-cache", credentials: "omit" });
      if (!answer.ok) throw new Error(`${from}: ${answer.status}`);
      await cache.put(name, answer);
    }),
  );
  await self.skipWaiting();
}

/** The language survives a new build; everything else of old builds goes. */
async function activate(): Promise<void> {
  const cache = await caches.open(CACHE);
  const spoken = await caches.match(LANGUAGE);
  if (spoken) await cache.put(LANGUAGE, spoken);
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function shellOf(page: string): Promise<Response | undefined> {
  const shells = self.NAOSO.shells[page] ?? {};
  const cache = await caches.open(CACHE);
  const language = (await (await cache.match(LANGUAGE))?.text()) ?? "vi";
  return cache.match(shells[language] ?? shells["vi"] ?? "");
}

/** The network while it answers in time and in order, else the shell: a page of this build without anybody's data. */
async function page(request: Request, path: string): Promise<Response> {
  const patience = new AbortController();
  const timer = setTimeout(() => {
    patience.abort();
  }, PATIENCE_MS);
  const answer = await fetch(request, { signal: patience.signal }).catch(() => undefined);
  clearTimeout(timer);
  if (answer && answer.status < 500) return answer;
  return (await shellOf(path)) ?? answer ?? Response.error();
}

/** A built file never changes under its name; what may change is asked for first and kept as it came. */
async function file(request: Request, name: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(name);
  if (kept && name.startsWith(BUILT)) return kept;
  const answer = await fetch(request).catch(() => undefined);
  if (!answer?.ok) return kept ?? answer ?? Response.error();
  await cache.put(name, answer.clone());
  return answer;
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
    if (url.pathname in self.NAOSO.shells) event.respondWith(page(request, url.pathname));
  } else if (name in self.NAOSO.keep) event.respondWith(file(request, name));
});

const outbox = SOS ? new Outbox(STORE) : new Outbox();
self.addEventListener("sync", ((event: SyncEvent) => {
  event.waitUntil(
    outbox.flush(SOS ? carrying(outbox) : byFetch).then(async () => {
      const left = await outbox.waiting();
      if (left.some((post) => post.state === "waiting")) throw new Error("try again later");
    }),
  );
}) as EventListener);
self.addEventListener("message", (event) => {
  const { language } = event.data as { language?: string };
  if (language) event.waitUntil(caches.open(CACHE).then((cache) => cache.put(LANGUAGE, new Response(language))));
});

interface Told {
  title?: string;
  body?: string;
  url?: string;
  tag?: string;
}
self.addEventListener("push", (event) => {
  const told = (event.data?.json() ?? {}) as Told;
  event.waitUntil(
    self.registration.showNotification(told.title ?? "", {
      body: told.body ?? "",
      data: { url: told.url ?? "/reports/mine/" },
      tag: told.tag ?? "",
      icon: "/static/citizen_reports/icons/icon-192.png",
    }),
  );
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url } = event.notification.data as { url: string };
  event.waitUntil(self.clients.openWindow(url));
});
