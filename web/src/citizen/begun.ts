// What is begun and not sent: a phone may throw the page away while its camera is open.

import { Outbox, partsOf, type Part } from "../offline/queue";

const KEY = "begun";
const GOOD_FOR_MS = 12 * 3600 * 1000;
const PAUSE_MS = 800;
export const LEFT_OUT = ["csrfmiddlewaretoken", "photo_lon", "photo_lat"];

export class Begun {
  private readonly store = new Outbox("naoso-begun");
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly form: HTMLFormElement) {}

  /** A moment after the last change. */
  note(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.keep(), PAUSE_MS);
  }

  private async keep(): Promise<void> {
    const parts = await partsOf(new FormData(this.form), LEFT_OUT);
    await this.store.put({ key: KEY, box: KEY, url: "", label: "", parts });
  }

  /** The parts of what was begun today; undefined where nothing worth keeping was. */
  async parts(): Promise<Part[] | undefined> {
    const post = await this.store.get(KEY);
    if (!post || Date.now() - post.savedAt > GOOD_FOR_MS) return undefined;
    const worth = post.parts.some((part) => "bytes" in part || (part.name === "text" && part.value.trim() !== ""));
    return worth ? post.parts : undefined;
  }

  async drop(): Promise<void> {
    clearTimeout(this.timer);
    await this.store.cancel(KEY);
  }
}
