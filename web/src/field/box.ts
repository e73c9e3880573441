// The officer's outbox: a store of its own, a box for each account, so that nobody sends what another left here.

import { showing } from "../offline/carriers";
import { Outbox, type Reply } from "../offline/queue";

export { newKey } from "../keys";
export const outbox = new Outbox("naoso-field");
const SYNC_TAG = "naoso-field";

interface SyncManager {
  register(tag: string): Promise<void>;
}

export async function askForSync(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration();
  const sync = (registration as { sync?: SyncManager } | undefined)?.sync;
  await sync?.register(SYNC_TAG).catch(() => undefined);
}

const quietly = showing(() => undefined);

export async function flush(account: string): Promise<void> {
  await outbox.flush(quietly, account);
}

/** What was put before goes before, so that photos from before the work do not come after it. */
export async function send(account: string, key: string): Promise<Reply | undefined> {
  await flush(account);
  const [post, done] = [await outbox.get(key), await outbox.sent(account)];
  const row = done.find((one) => one.key === key);
  if (row) return { kind: "sent", answer: row.answer };
  if (post?.state === "refused") return { kind: "refused", problem: post.problem, field: post.field };
  return post && { kind: "later", problem: post.problem };
}
