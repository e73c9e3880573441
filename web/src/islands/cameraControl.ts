// The pad that turns a camera: one person holds it. Press and hold moves, letting go stops, and so does leaving.
// <section data-island="camera-control" data-url="/cameras/7/control/" data-words-reason="duty" [data-incident]>

import { fill, gettext } from "../words";
import { token } from "./cameraAsker";

const ASKED_EVERY_MS = 5000;
/** A camera stops by itself after three seconds: while the button is held, the move is said again. */
const SAID_AGAIN_MS = 1500;
const SPEED = 0.5;

export interface Speed {
  pan: number;
  tilt: number;
  zoom: number;
}
interface Holding {
  holder: string;
  mine: boolean;
  over: boolean;
  until: string;
}
interface Preset {
  token: string;
  name: string;
}

export const STILL: Speed = { pan: 0, tilt: 0, zoom: 0 };
const WAYS: Record<string, Speed> = {
  left: { pan: -SPEED, tilt: 0, zoom: 0 },
  right: { pan: SPEED, tilt: 0, zoom: 0 },
  up: { pan: 0, tilt: SPEED, zoom: 0 },
  down: { pan: 0, tilt: -SPEED, zoom: 0 },
  near: { pan: 0, tilt: 0, zoom: SPEED },
  far: { pan: 0, tilt: 0, zoom: -SPEED },
};
const KEYS: Record<string, string> = {
  ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", "+": "near", "=": "near", "-": "far",
};

/** Which way a key or a button's name means; undefined for any other. */
export function wayOf(name: string): Speed | undefined {
  return WAYS[KEYS[name] ?? name];
}

/** The server's reason in its own words. */
export async function problemOf(answer: Response): Promise<string> {
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string; errors?: { message: string }[] };
  return problem.errors?.[0]?.message ?? problem.detail ?? gettext("The camera was not turned. Try again.");
}

/** Sends the last wish alone, one at a time: what was wished meanwhile is left out, a stop never is. */
export class Mover {
  private wanted = STILL;
  private sent: Speed | undefined = STILL;
  private busy = false;
  private again: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly send: (speed: Speed) => Promise<void>,
    private readonly failed: (error: unknown) => void,
  ) {}

  wish(speed: Speed): void {
    this.wanted = speed;
    clearInterval(this.again);
    this.again = undefined;
    if (speed !== STILL) {
      this.again = setInterval(() => {
        this.sent = undefined;
        void this.pump();
      }, SAID_AGAIN_MS);
    }
    void this.pump();
  }

  private async pump(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    let next = STILL;
    try {
      while (this.wanted !== this.sent) {
        next = this.wanted;
        await this.send(next);
        this.sent = next;
      }
    } catch (error) {
      clearInterval(this.again);
      this.sent = this.wanted = STILL;
      this.failed(error);
      // a move that was refused may have begun: the camera is told to stand still, once
      if (next !== STILL) this.send(STILL).catch(() => undefined);
    } finally {
      this.busy = false;
    }
  }
}

class Pad {
  private holding: Holding = { holder: "", mine: false, over: false, until: "" };
  private readonly mover: Mover;
  private readonly url: string;

  constructor(private readonly element: HTMLElement) {
    this.url = element.dataset["url"] ?? "";
    this.mover = new Mover((speed) => this.move(speed), (error) => {
      this.say(error instanceof Error ? error.message : String(error));
      void this.ask();
    });
  }

  start(signal: AbortSignal): void {
    const options = { signal };
    this.on("[data-take]", () => void this.take(false), signal);
    this.on("[data-over]", () => void this.take(true), signal);
    this.on("[data-release]", () => void this.release(), signal);
    const pad = this.find("[data-pad]");
    const stop = (): void => {
      this.mover.wish(STILL);
    };
    pad?.addEventListener("pointerdown", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-way]");
      const speed = wayOf(button?.dataset["way"] ?? "");
      if (!button || !speed || event.button !== 0) return;
      button.setPointerCapture(event.pointerId);
      this.mover.wish(speed);
    }, options);
    for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) pad?.addEventListener(name, stop, options);
    pad?.addEventListener("contextmenu", (event) => { event.preventDefault(); }, options);
    pad?.addEventListener("keydown", (event) => { this.key(event); }, options);
    pad?.addEventListener("keyup", stop, options);
    pad?.addEventListener("focusout", stop, options);
    window.addEventListener("blur", stop, options);
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) stop();
      else void this.ask();
    }, options);
    this.find("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.remember(event.currentTarget as HTMLFormElement);
    }, options);
    this.find("[data-presets]")?.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-preset]");
      if (button) void this.goTo(button.dataset["preset"] ?? "");
    }, options);
    const asking = setInterval(() => {
      if (!document.hidden) void this.ask();
    }, ASKED_EVERY_MS);
    signal.addEventListener("abort", () => {
      clearInterval(asking);
      stop();
    });
    void this.ask();
  }

  private key(event: KeyboardEvent): void {
    const button = (event.target as Element).closest<HTMLElement>("[data-way]");
    const pressed = event.key === "Enter" || event.key === " " ? button?.dataset["way"] : event.key;
    const speed = wayOf(pressed ?? "");
    if (!speed || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) this.mover.wish(speed);
  }

  private find(selector: string): HTMLElement | null {
    return this.element.querySelector<HTMLElement>(selector);
  }

  private on(selector: string, act: () => void, signal: AbortSignal): void {
    this.find(selector)?.addEventListener("click", act, { signal });
  }

  private say(words: string): void {
    const place = this.find("[data-fault]");
    if (place) {
      place.textContent = words;
      place.hidden = words === "";
    }
  }

  private async post(path: string, fields: Record<string, string>): Promise<Response> {
    const answer = await fetch(this.url + path, {
      method: "POST",
      headers: { "X-CSRFToken": token(), Accept: "application/json" },
      body: new URLSearchParams(fields),
    });
    if (!answer.ok) throw new Error(await problemOf(answer));
    return answer;
  }

  private async move(speed: Speed): Promise<void> {
    if (!this.holding.mine) return;
    if (speed !== STILL) this.say("");
    await this.post("move/", { pan: String(speed.pan), tilt: String(speed.tilt), zoom: String(speed.zoom) });
  }

  private async tried(act: () => Promise<void>): Promise<void> {
    this.say("");
    try {
      await act();
    } catch (error) {
      this.say(error instanceof Error ? error.message : String(error));
      await this.ask();
    }
  }

  private async ask(): Promise<void> {
    try {
      const answer = await fetch(this.url, { headers: { Accept: "application/json" } });
      if (answer.ok) this.draw((await answer.json()) as Holding);
    } catch {
      // without a network nothing is known: the next question comes by itself
    }
  }

  private take(over: boolean): Promise<void> {
    return this.tried(async () => {
      const reason = this.element.closest("figure")?.querySelector<HTMLSelectElement>("[data-camera-reason]")?.value;
      const fields: Record<string, string> = { reason: reason ?? "duty" };
      if (over) fields["over"] = "1";
      if (this.element.dataset["incident"]) fields["incident"] = this.element.dataset["incident"];
      this.draw((await (await this.post("take/", fields)).json()) as Holding);
      this.find("[data-pad]")?.focus();
      const presets = await fetch(`${this.url}presets/`, { headers: { Accept: "application/json" } });
      if (!presets.ok) throw new Error(await problemOf(presets));
      this.list(((await presets.json()) as { presets: Preset[] }).presets);
    });
  }

  private release(): Promise<void> {
    this.mover.wish(STILL);
    return this.tried(async () => {
      this.draw((await (await this.post("release/", {})).json()) as Holding);
    });
  }

  private goTo(preset: string): Promise<void> {
    return this.tried(async () => {
      await this.post("preset/", { token: preset });
    });
  }

  private remember(form: HTMLFormElement): Promise<void> {
    return this.tried(async () => {
      const name = new FormData(form).get("name");
      const answer = await this.post("preset/", { name: typeof name === "string" ? name : "" });
      this.list(((await answer.json()) as { presets: Preset[] }).presets);
      form.reset();
    });
  }

  private draw(holding: Holding): void {
    this.holding = holding;
    const who = this.find("[data-who]");
    if (who) who.textContent = whoWords(holding);
    const shown: Record<string, boolean> = {
      "[data-take]": !holding.holder,
      "[data-over]": holding.over,
      "[data-release]": holding.mine,
      "[data-body]": holding.mine,
    };
    for (const [selector, on] of Object.entries(shown)) {
      const part = this.find(selector);
      if (part) part.hidden = !on;
    }
  }

  private list(presets: Preset[]): void {
    const buttons = presets.map((one) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm" });
      button.textContent = one.name;
      button.dataset["preset"] = one.token;
      return button;
    });
    this.find("[data-presets]")?.replaceChildren(...buttons);
    const none = this.find("[data-no-presets]");
    if (none) none.hidden = presets.length > 0;
  }
}

export function whoWords(holding: Holding): string {
  if (holding.mine) return gettext("You turn this camera. It falls free a minute after the last move.");
  if (holding.holder) return fill(gettext("{name} turns this camera now."), { name: holding.holder });
  return gettext("Nobody turns this camera now.");
}

export function mount(element: HTMLElement): () => void {
  const events = new AbortController();
  new Pad(element).start(events.signal);
  return () => {
    events.abort();
  };
}
