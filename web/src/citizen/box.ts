// The citizens' box in the phone's outbox, and when it is emptied.

import { showing } from "../offline/carriers";
import { isFile, Outbox, type Post } from "../offline/queue";

export { newKey } from "../keys";

export const BOX = "reports";
export const SYNC_TAG = "naoso-outbox";
export const outbox = new Outbox();

interface SyncManager {
  register(tag: string): Promise<void>;
}

/** Asks the browser to send later even with the page closed, where it can do that. */
export async function askForSync(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration("/reports/");
  const sync = (registration as { sync?: SyncManager } | undefined)?.sync;
  await sync?.register(SYNC_TAG).catch(() => undefined);
}

export async function flush(): Promise<void> {
  await outbox.flush(
    showing(() => undefined),
    BOX,
  );
}

export function photosOf(post: Post): number {
  return post.parts.filter(isFile).length;
}

export function wordOf(answer: Record<string, unknown>, name: string): string {
  const value = answer[name];
  return typeof value === "string" ? value : "";
}
