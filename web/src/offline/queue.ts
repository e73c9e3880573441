// A named outbox of multipart posts. A post waits here until the server has answered it, whoever carries it:
// the page or the service worker. Its key is the server's idempotency key, so that a lost reply costs nothing.

import { openDB, type DBSchema, type IDBPDatabase } from "idb";

/** Bytes instead of a Blob: every browser keeps those, in pages and workers alike. */
export interface FilePart {
  name: string;
  bytes: ArrayBuffer;
  type: string;
  filename: string;
}
export interface WordPart {
  name: string;
  value: string;
}
export type Part = FilePart | WordPart;
export type Answer = Record<string, unknown>;
export type PostState = "waiting" | "refused";

export interface Post {
  key: string;
  box: string;
  url: string;
  label: string;
  parts: Part[];
  savedAt: number;
  state: PostState;
  tries: number;
  /** Why it still waits, or why the server refused it, in words for the person. */
  problem: string;
  field: string;
}

export interface Sent {
  key: string;
  box: string;
  label: string;
  at: number;
  answer: Answer;
}

export type Reply =
  | { kind: "sent"; answer: Answer }
  | { kind: "refused"; problem: string; field: string }
  | { kind: "later"; problem: string };
export type Carrier = (post: Post) => Promise<Reply>;

interface Tables extends DBSchema {
  posts: { key: string; value: Post };
  sent: { key: string; value: Sent };
}

export const CHANNEL = "naoso-outbox";
const MOST_SENT = 200;

export class Outbox {
  private readonly opened: Promise<IDBPDatabase<Tables>>;
  private readonly told = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : undefined;

  constructor(name = "naoso-outbox") {
    this.opened = openDB<Tables>(name, 1, {
      upgrade(database) {
        database.createObjectStore("posts", { keyPath: "key" });
        database.createObjectStore("sent", { keyPath: "key" });
      },
    });
  }

  /** The same key again replaces what waits under it. */
  async put(post: Pick<Post, "key" | "box" | "url" | "label" | "parts">): Promise<void> {
    const fresh: Post = { ...post, savedAt: Date.now(), state: "waiting", tries: 0, problem: "", field: "" };
    await (await this.opened).put("posts", fresh);
    this.tell();
  }

  async get(key: string): Promise<Post | undefined> {
    return (await this.opened).get("posts", key);
  }

  async waiting(box?: string): Promise<Post[]> {
    const all = await (await this.opened).getAll("posts");
    return all.filter((post) => !box || post.box === box).sort((a, b) => a.savedAt - b.savedAt);
  }

  async cancel(key: string): Promise<void> {
    await (await this.opened).delete("posts", key);
    this.tell();
  }

  /** Newest first. */
  async sent(box: string): Promise<Sent[]> {
    const all = await (await this.opened).getAll("sent");
    return all.filter((row) => row.box === box).sort((a, b) => b.at - a.at);
  }

  async remember(row: Sent): Promise<void> {
    await (await this.opened).put("sent", row);
    for (const old of (await this.sent(row.box)).slice(MOST_SENT)) await this.forget(old.key);
    this.tell();
  }

  async forget(key: string): Promise<void> {
    await (await this.opened).delete("sent", key);
    this.tell();
  }

  /** Carries what waits, one after the other; two flushes at once, even of page and worker, take turns. */
  async flush(carry: Carrier, box?: string): Promise<void> {
    await alone(async () => {
      const stuck = new Set<string>(); // one box may wait for a sign-in while another goes
      for (const post of await this.waiting(box)) {
        if (post.state !== "waiting" || stuck.has(post.box)) continue;
        const reply = await this.carryOne(post, carry);
        if (reply?.kind === "later") stuck.add(post.box);
      }
    });
  }

  /** One post, now; undefined when it is no longer there. */
  async send(key: string, carry: Carrier): Promise<Reply | undefined> {
    return alone(async () => {
      const post = await this.get(key);
      return post && this.carryOne(post, carry);
    });
  }

  private async carryOne(post: Post, carry: Carrier): Promise<Reply | undefined> {
    if (!(await this.get(post.key))) return undefined; // cancelled meanwhile
    const reply = await carry(post);
    const database = await this.opened;
    if (reply.kind === "sent") {
      const { key, box, label } = post;
      const change = database.transaction(["posts", "sent"], "readwrite");
      await Promise.all([
        change.objectStore("posts").delete(key),
        change.objectStore("sent").put({ key, box, label, at: Date.now(), answer: reply.answer }),
        change.done,
      ]);
    } else {
      const state: PostState = reply.kind === "refused" ? "refused" : "waiting";
      const field = reply.kind === "refused" ? reply.field : "";
      await database.put("posts", { ...post, state, tries: post.tries + 1, problem: reply.problem, field });
    }
    this.tell();
    return reply;
  }

  /** Calls back whenever the outbox changed, here or in another page or worker. */
  watch(changed: () => void): () => void {
    const onMessage = (): void => {
      changed();
    };
    document.addEventListener(CHANNEL, onMessage);
    this.told?.addEventListener("message", onMessage);
    return () => {
      document.removeEventListener(CHANNEL, onMessage);
      this.told?.removeEventListener("message", onMessage);
    };
  }

  private tell(): void {
    this.told?.postMessage("changed"); // reaches every other holder of the channel
    if ("document" in globalThis) document.dispatchEvent(new Event(CHANNEL));
  }

  async close(): Promise<void> {
    this.told?.close();
    (await this.opened).close();
  }
}

let turn: Promise<unknown> = Promise.resolve();

/** Web Locks reach over pages and workers; without them the order holds within this page. */
async function alone<T>(work: () => Promise<T>): Promise<T> {
  const locks = navigator.locks as LockManager | null | undefined; // absent on a page without https
  if (locks) return locks.request(CHANNEL, work);
  const mine = turn.then(work, work);
  turn = mine.catch(() => undefined);
  return mine;
}

/** A form as it stands → parts; files that the person did not choose are left out. */
export async function partsOf(data: FormData, leaveOut: readonly string[] = []): Promise<Part[]> {
  const parts: Part[] = [];
  for (const [name, value] of data.entries()) {
    if (leaveOut.includes(name)) continue;
    if (typeof value === "string") parts.push({ name, value });
    else if (value.size > 0)
      parts.push({ name, bytes: await value.arrayBuffer(), type: value.type, filename: value.name });
  }
  return parts;
}

export function isFile(part: Part): part is FilePart {
  return "bytes" in part;
}

export function formOf(parts: readonly Part[]): FormData {
  const data = new FormData();
  for (const part of parts) {
    if (isFile(part)) data.append(part.name, new File([part.bytes], part.filename, { type: part.type }));
    else data.append(part.name, part.value);
  }
  return data;
}
