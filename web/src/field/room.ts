// A page that goes on with what it last knew when the server is gone: its room's worker keeps it and its parts.
// <div data-island="room" data-account="12" data-worker="/wall/worker.js" data-parts="/wall/board/ /map/layers/a.json">

import { forgetPages } from "./kept";

async function register(room: HTMLElement): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(room.dataset["worker"] ?? "", { updateViaCache: "none" });
  const ready = await navigator.serviceWorker.ready;
  if (!navigator.onLine) return;
  const parts = (room.dataset["parts"] ?? "").split(" ").filter(Boolean);
  ready.active?.postMessage({ keep: [location.pathname + location.search, ...parts] });
}

export function mount(room: HTMLElement): undefined {
  void forgetPages(room.dataset["account"] ?? "")
    .then(() => register(room))
    .catch(() => undefined);
}
