// The citizens' box in the phone's outbox, and when it is emptied.

import { showing } from "../offline/carriers";
import { isFile, Outbox, type Post } from "../offline/queue";

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

/** randomUUID is missing on pages without https. */
export function newKey(): string {
  if ("randomUUID" in crypto) return crypto.randomUUID();
  const bytes = (crypto as Crypto).getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

export function wordOf(answer: Record<string, unknown>, name: string): string {
  const value = answer[name];
  return typeof value === "string" ? value : "";
}
