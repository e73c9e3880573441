// The page with the button: held for two seconds it calls, then shows who has seen the call, and tells where the phone goes.
// <div data-island="sos" data-send="/sos/send/" data-worker="/sos/worker.js" data-sms="0900000114" data-language="vi">

import { newKey } from "../keys";
import { formatTime } from "../format";
import { play } from "../islands/sound";
import { Outbox, type Part, type Post } from "../offline/queue";
import { fill, gettext } from "../words";
import { BOX, Courier, jsonPost, STORE, SYNC_TAG } from "./carry";
import { holdable } from "./hold";
import { smsLink, smsText, type Fix } from "./sms";
import { Track } from "./track";
import { record, recordable } from "./voice";

const CURRENT = "naoso-sos-call";
const DEVICE = "naoso-sos-device";
const PHONE = "naoso-sos-phone";
const FIX_MS = 800;
const SMS_AFTER_MS = 8000;
const UNSEEN_MS = 2500;
const SEEN_MS = 6000;
const RESUMED_MS = 6 * 3_600_000;
const A_NUMBER = /^\+?[\d .()-]{3,20}$/;

interface Current {
  key: string;
  at: number;
  kind: string;
  silent: boolean;
}
interface Step {
  code: string;
  at: string | null;
}
interface Standing {
  code: string;
  state: string;
  many: boolean;
  outcome: string;
  steps: Step[];
}

function device(): string {
  const known = localStorage.getItem(DEVICE) ?? newKey();
  localStorage.setItem(DEVICE, known);
  return known;
}

export class SosPage {
  readonly outbox = new Outbox(STORE);
  private readonly courier = new Courier(this.outbox);
  private readonly track = new Track((fix) => { this.showPlace(fix); });
  private call: Current | undefined;
  private follow = "";
  private poll: ReturnType<typeof setTimeout> | undefined;
  private sms: ReturnType<typeof setTimeout> | undefined;
  private readonly undo: (() => void)[] = [];
  private recording: (() => void) | undefined;
  private readonly title = document.title;

  constructor(private readonly root: HTMLElement) {
    this.field("phone").value = localStorage.getItem(PHONE) ?? "";
    this.undo.push(this.button(), this.outbox.watch(() => void this.noticed()));
    this.listen();
    void this.warm();
    void this.resume();
  }

  private part(name: string): HTMLElement {
    const found = this.root.querySelector<HTMLElement>(`[data-${name}]`);
    if (!found) throw new Error(`no [data-${name}]`);
    return found;
  }

  private field(name: string): HTMLInputElement {
    return this.part(name) as HTMLInputElement;
  }

  private on(target: EventTarget, name: string, act: (event: Event) => void): void {
    target.addEventListener(name, act);
    this.undo.push(() => { target.removeEventListener(name, act); });
  }

  private get silent(): boolean {
    return this.field("silent").checked;
  }

  private button(): () => void {
    const ring = this.root.querySelector<SVGCircleElement>("[data-ring]");
    const told = this.part("told");
    return holdable(this.part("hold"), {
      progress: (share) => { ring?.style.setProperty("stroke-dashoffset", String(100 - share * 100)); },
      begun: () => {
        told.textContent = "";
        this.track.start();
      },
      held: () => void this.send(),
      tapped: () => {
        told.textContent = gettext("Nothing was sent. Hold the button for 2 seconds.");
      },
    });
  }

  private listen(): void {
    this.on(this.part("silent"), "change", () => { this.hush(this.silent); });
    this.on(window, "online", () => { this.courier.wake(); });
    this.on(document, "visibilitychange", () => { if (!document.hidden) this.courier.wake(); });
    for (const tile of this.root.querySelectorAll<HTMLElement>("[data-kind]"))
      this.on(tile, "click", () => void this.choose(tile.dataset["kind"] ?? ""));
    this.on(this.part("more"), "submit", (event) => {
      event.preventDefault();
      void this.more();
    });
    this.on(this.part("photo"), "change", () => void this.photo());
    const voice = this.part("voice");
    voice.hidden = !recordable();
    this.on(voice, "click", () => void this.voice());
    this.on(this.part("again"), "click", () => {
      localStorage.removeItem(CURRENT);
      location.reload();
    });
  }

  /** Where the phone may tell its place already, it is found before anybody holds the button. */
  private async warm(): Promise<void> {
    const state = await (navigator as Partial<Navigator>).permissions?.query({ name: "geolocation" }).catch(() => undefined);
    if (state?.state === "granted") this.track.start();
  }

  private async resume(): Promise<void> {
    const kept = JSON.parse(localStorage.getItem(CURRENT) ?? "null") as Current | null;
    if (!kept || Date.now() - kept.at > RESUMED_MS) return;
    this.field("silent").checked = kept.silent;
    this.track.start();
    this.opened(kept);
    await this.noticed();
    this.courier.wake();
  }

  private async send(): Promise<void> {
    if (this.call) return;
    const call: Current = { key: newKey(), at: Date.now(), kind: "", silent: this.silent };
    this.call = call;
    if (!call.silent) {
      if ("vibrate" in navigator) navigator.vibrate(200);
      if ("AudioContext" in window) play(new AudioContext());
    }
    this.opened(call);
    if (!this.track.last) await Promise.race([this.track.first, new Promise((resolve) => setTimeout(resolve, FIX_MS))]);
    const fix = this.track.last;
    const phone = localStorage.getItem(PHONE) ?? "";
    const place = fix ? { lon: fix.lon, lat: fix.lat, accuracy_m: fix.accuracy_m } : {};
    const told = { key: call.key, kind: call.kind, silent: call.silent, device: device(), phone, at: new Date(call.at).toISOString(), ...place };
    await this.outbox.put(jsonPost(call.key, this.root.dataset["send"] ?? "", told));
    this.courier.wake();
    void this.askForSync();
  }

  private opened(call: Current): void {
    this.call = call;
    this.keep();
    this.hush(call.silent);
    document.body.classList.add("is-called");
    this.part("ask").hidden = true;
    this.part("called").hidden = false;
    this.part("called").focus({ preventScroll: true });
    this.part("ring-up").hidden = call.silent;
    this.mark("sending", new Date(call.at));
    this.press(call.kind);
    this.showPlace(this.track.last);
    clearTimeout(this.sms);
    this.sms = setTimeout(() => { this.offerSms(); }, Math.max(0, SMS_AFTER_MS - (Date.now() - call.at)));
    void (navigator as { wakeLock?: { request(kind: string): Promise<unknown> } }).wakeLock?.request("screen").catch(() => undefined);
  }

  /** Dark, and nothing on the phone's list of pages that tells what this is. */
  private hush(silent: boolean): void {
    document.body.classList.toggle("is-silent", silent);
    document.title = silent ? "…" : this.title;
  }

  private keep(): void {
    localStorage.setItem(CURRENT, JSON.stringify(this.call));
  }

  private async askForSync(): Promise<void> {
    if (!("serviceWorker" in navigator)) return;
    const registration = await navigator.serviceWorker.getRegistration("/sos/");
    const { sync } = (registration ?? {}) as { sync?: { register(tag: string): Promise<void> } };
    await sync?.register(SYNC_TAG).catch(() => undefined);
  }

  /** The outbox changed: has the call arrived, was something refused? */
  private async noticed(): Promise<void> {
    if (!this.call) return;
    const row = (await this.outbox.sent(BOX)).find((one) => one.key === this.call?.key);
    const refused = (await this.outbox.waiting(BOX)).find((post) => post.state === "refused");
    if (refused) {
      this.word(fill(gettext("Not taken: {problem}"), { problem: refused.problem }));
      await this.outbox.cancel(refused.key);
    }
    this.showMedia(await this.outbox.waiting(BOX));
    const follow = row?.answer["follow"];
    if (typeof follow !== "string" || this.follow) return;
    this.follow = follow;
    this.hideSms();
    this.track.tell((fixes) => this.tellPositions(fixes));
    await this.look();
  }

  private showMedia(waiting: readonly Post[]): void {
    const line = this.part("media");
    const left = waiting.some((post) => post.url.endsWith("media/"));
    if (line.dataset["waits"] && !left) line.textContent = gettext("Your photo or voice note has arrived.");
    line.dataset["waits"] = left ? "yes" : "";
  }

  private async tellPositions(positions: Fix[]): Promise<boolean> {
    const answer = await fetch(`${this.follow}positions/`, {
      method: "POST", credentials: "omit", body: JSON.stringify({ positions }), headers: { "Content-Type": "application/json" },
    });
    return answer.ok || answer.status === 422;
  }

  private async look(): Promise<void> {
    clearTimeout(this.poll);
    let wait = UNSEEN_MS;
    try {
      const answer = await fetch(this.follow.replace(/\/$/, ".json"), { cache: "no-store", credentials: "omit" });
      if (answer.status === 404) return;
      const told = (await answer.json()) as Standing;
      this.show(told);
      if (told.state === "closed") return;
      if (told.state !== "received") wait = SEEN_MS;
    } catch {
      wait = SEEN_MS; // no network: asked again
    }
    this.poll = setTimeout(() => void this.look(), wait);
  }

  private show(told: Standing): void {
    for (const step of told.steps) if (step.at) this.mark(step.code, new Date(step.at));
    const words: Record<string, string> = {
      received: gettext("Your call has arrived. Stay on this page: the centre sees where you are."),
      seen: gettext("An operator has seen your call."),
      helping: gettext("Help is on the way."),
      closed: fill(gettext("The call is closed: {outcome}"), { outcome: told.outcome }),
    };
    const many = told.many ? ` ${gettext("You have called several times: this call belongs to your open one.")}` : "";
    this.word(`${told.code} · ${words[told.state] ?? ""}${many}`);
    if (told.state !== "closed") return;
    this.track.stop();
    this.part("again").hidden = false;
  }

  private mark(code: string, at: Date): void {
    const line = this.root.querySelector<HTMLElement>(`[data-step="${code}"]`);
    const time = line?.querySelector("time");
    if (!line || !time) return;
    line.dataset["on"] = "";
    time.dateTime = at.toISOString();
    time.textContent = formatTime(at);
  }

  private word(text: string): void {
    this.part("word").textContent = text;
  }

  private showPlace(fix: Fix | undefined): void {
    this.offered();
    this.part("place").textContent = fix
      ? fill(gettext("Your place: {lat}, {lon} (±{m} m)"), { lat: fix.lat.toFixed(5), lon: fix.lon.toFixed(5), m: Math.round(fix.accuracy_m ?? 0) })
      : gettext("Looking for your place… The call goes without it too.");
  }

  private offerSms(): void {
    if (this.follow || !this.root.dataset["sms"]) return;
    this.part("sms-box").hidden = false;
    this.word(gettext("No answer yet. It is tried again and again by itself."));
    this.offered();
  }

  private offered(): void {
    if (!this.call || this.part("sms-box").hidden) return;
    const text = smsText(this.call.kind, this.track.last, new Date(), this.call.key);
    (this.part("sms-link") as HTMLAnchorElement).href = smsLink(this.root.dataset["sms"] ?? "", text);
    this.part("sms-text").textContent = text;
  }

  private hideSms(): void {
    clearTimeout(this.sms);
    this.part("sms-box").hidden = true;
  }

  private press(kind: string): void {
    for (const tile of this.root.querySelectorAll<HTMLElement>("[data-kind]"))
      tile.setAttribute("aria-pressed", String(kind !== "" && tile.dataset["kind"] === kind));
  }

  private async choose(kind: string): Promise<void> {
    if (!this.call) return;
    this.call.kind = kind;
    this.keep();
    this.press(kind);
    this.offered();
    await this.follows({ kind });
  }

  private async more(): Promise<void> {
    const phone = this.field("phone").value.trim();
    const text = this.field("text").value.trim();
    if (phone && !A_NUMBER.test(phone)) {
      this.word(gettext("This is no phone number. Type digits, such as 0912 345 678."));
      this.part("phone").focus();
      return;
    }
    localStorage.setItem(PHONE, phone);
    await this.follows({ phone, text });
    this.word(gettext("Added."));
  }

  private async follows(told: object): Promise<void> {
    if (!this.call) return;
    await this.outbox.put(jsonPost(newKey(), `call:${this.call.key}:details/`, told));
    this.courier.wake();
  }

  private async attach(name: string, file: Blob, filename: string): Promise<void> {
    if (!this.call || file.size === 0) return;
    const parts: Part[] = [{ name, bytes: await file.arrayBuffer(), type: file.type, filename }];
    await this.outbox.put({ key: newKey(), box: BOX, url: `call:${this.call.key}:media/`, label: "SOS", parts });
    this.part("media").textContent = gettext("It goes with the call as soon as the network lets it.");
    this.courier.wake();
  }

  private async photo(): Promise<void> {
    const field = this.field("photo");
    for (const file of field.files ?? []) await this.attach("photo", file, file.name);
    field.value = "";
  }

  private async voice(): Promise<void> {
    if (this.recording) {
      this.recording();
      return;
    }
    const [button, word] = [this.part("voice"), this.part("voice-word")];
    const words = word.textContent;
    try {
      const { stop, done } = await record();
      this.recording = stop;
      button.setAttribute("aria-pressed", "true");
      word.textContent = gettext("Recording… tap to stop");
      await this.attach("voice", await done, "voice");
    } catch {
      this.part("media").textContent = gettext("The microphone may not be used here.");
    }
    this.recording = undefined;
    button.setAttribute("aria-pressed", "false");
    word.textContent = words;
  }

  close(): void {
    for (const undo of this.undo) undo();
    clearTimeout(this.poll);
    clearTimeout(this.sms);
    this.courier.stop();
    this.track.stop();
  }
}

async function register(root: HTMLElement): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(root.dataset["worker"] ?? "", { scope: "/sos/", updateViaCache: "none" });
  const ready = await navigator.serviceWorker.ready;
  if (navigator.onLine) ready.active?.postMessage({ language: root.dataset["language"] ?? "vi" });
}

export function mount(root: HTMLElement): () => void {
  void register(root).catch(() => undefined);
  const page = new SosPage(root);
  return () => { page.close(); };
}
