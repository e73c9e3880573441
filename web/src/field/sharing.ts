// Sharing the position while the crew is on duty: a switch that stays as it was set, for one account.
// <section data-island="crew-sharing" data-account data-url><input data-share><p data-word>

import { formatTime } from "../format";
import { token } from "../offline/carriers";
import { stepOf, Trail, type Delivery, type Step } from "../offline/trail";
import { fill, gettext } from "../words";

const SEND_MS = 10_000;
const LATER = new Set([0, 401, 403, 408, 425, 429]);

export function judged(status: number, kind: string): Delivery {
  if (status === 200 && kind.includes("json")) return "taken";
  return LATER.has(status) || status >= 500 || status < 400 ? "later" : "refused";
}

async function carry(url: string, steps: readonly Step[]): Promise<Delivery> {
  try {
    const headers = { "X-CSRFToken": await token(), "Content-Type": "application/json" };
    const body = JSON.stringify({ positions: steps });
    const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual" });
    return judged(answer.status, answer.headers.get("Content-Type") ?? "");
  } catch {
    return "later";
  }
}

class Sharing {
  private readonly trail: Trail;
  private readonly key: string;
  private watch: number | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly root: HTMLElement) {
    const account = root.dataset["account"] ?? "";
    const box = root.querySelector<HTMLInputElement>("[data-share]");
    if (!box) throw new Error("a crew-sharing island needs [data-share]");
    [this.key, this.trail] = [`naoso-share-${account}`, new Trail(account)];
    root.hidden = !("geolocation" in navigator);
    box.checked = localStorage.getItem(this.key) === "on";
    box.addEventListener("change", () => {
      localStorage.setItem(this.key, box.checked ? "on" : "off");
      this.set(box.checked);
    });
    if (box.checked) this.set(true);
  }

  private say(words: string): void {
    const word = this.root.querySelector<HTMLElement>("[data-word]");
    if (word) word.textContent = words;
  }

  private set(on: boolean): void {
    this.stop();
    if (!on) {
      this.say(gettext("Off: the operations centre sees the last place known."));
      return;
    }
    this.say(gettext("Looking for your position…"));
    this.watch = navigator.geolocation.watchPosition(
      (position) => void this.take(position),
      () => {
        this.say(gettext("The position could not be read. Allow it in the phone's settings."));
      },
      { enableHighAccuracy: true, maximumAge: 5000 },
    );
    this.timer = setInterval(() => void this.send(), SEND_MS);
  }

  private async take(position: GeolocationPosition): Promise<void> {
    if (await this.trail.add(stepOf(position))) await this.send();
  }

  private async send(): Promise<void> {
    const sent = await this.trail.flush((steps) => carry(this.root.dataset["url"] ?? "", steps));
    const left = (await this.trail.waiting()).length;
    if (left > 0) this.say(fill(gettext("No network: {count} positions wait on this phone."), { count: left }));
    else if (sent > 0) this.say(fill(gettext("Shared; last sent at {time}."), { time: formatTime(new Date()) }));
  }

  stop(): void {
    if (this.watch !== undefined) navigator.geolocation.clearWatch(this.watch);
    clearInterval(this.timer);
    this.watch = undefined;
  }
}

export function mount(root: HTMLElement): () => void {
  const sharing = new Sharing(root);
  return () => {
    sharing.stop();
  };
}
