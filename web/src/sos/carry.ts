// The outbox of calls and how it leaves the phone. No cookie goes along and no CSRF token is needed: the key of the
// call counts it once, and what follows a call goes to the address that its answer carried.

import { judged } from "../offline/carriers";
import { formOf, isFile, Outbox, type Carrier, type Post } from "../offline/queue";

export const BOX = "sos";
export const STORE = "naoso-sos";
export const SYNC_TAG = "naoso-sos";
const PATIENCE_MS = 20_000;
const FOLLOWS = /^call:([^:]+):([a-z/]+)$/;

/** `call:<key>:media/` → the address of that call, once it has one. */
async function addressOf(outbox: Outbox, post: Post): Promise<string | undefined> {
  const found = FOLLOWS.exec(post.url);
  if (!found) return post.url;
  const call = (await outbox.sent(BOX)).find((row) => row.key === found[1]);
  const follow = call?.answer["follow"];
  return typeof follow === "string" ? follow + (found[2] ?? "") : undefined;
}

function bodyOf(post: Post): RequestInit {
  const json = post.parts.find((part) => part.name === "json");
  if (json && !isFile(json)) return { body: json.value, headers: { "Content-Type": "application/json", Accept: "application/json" } };
  return { body: formOf(post.parts), headers: { Accept: "application/json" } };
}

export function carrying(outbox: Outbox): Carrier {
  return async (post) => {
    const address = await addressOf(outbox, post);
    if (!address) return { kind: "later", problem: "" };
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const answer = await fetch(address, { method: "POST", credentials: "omit", redirect: "manual", signal, ...bodyOf(post) });
      return judged(answer.status, answer.headers.get("Content-Type") ?? "", await answer.text());
    } catch {
      return { kind: "later", problem: "" };
    }
  };
}

export function jsonPost(key: string, url: string, told: object): Pick<Post, "key" | "box" | "url" | "label" | "parts"> {
  return { key, box: BOX, url, label: "SOS", parts: [{ name: "json", value: JSON.stringify(told) }] };
}

/** Carries until nothing waits, each time a little later; a network that is back is told by `wake`. */
export class Courier {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wait = FIRST_MS;
  private busy = false;

  constructor(
    private readonly outbox: Outbox,
    private readonly carry: Carrier = carrying(outbox),
  ) {}

  wake(): void {
    this.wait = FIRST_MS;
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.round();
  }

  private async round(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    await this.outbox.flush(this.carry, BOX).finally(() => {
      this.busy = false;
    });
    const left = await this.outbox.waiting(BOX);
    if (!left.some((post) => post.state === "waiting")) return;
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.round();
    }, this.wait);
    this.wait = Math.min(this.wait * 2, LONGEST_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

const FIRST_MS = 1500;
const LONGEST_MS = 30_000;
