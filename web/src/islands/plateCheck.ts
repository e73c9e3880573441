// A plate checked by hand: typed, said or photographed. Says at every moment whether the centre has answered;
// without a network the question waits, asks again by itself, and is the same check however often it is sent.

import { newKey } from "../keys";
import { fill, gettext } from "../words";

const PATIENCE_MS = 8000;
const LONGEST_SIDE = 1600;
const DIGITS: Record<string, string> = {
  không: "0", một: "1", mốt: "1", hai: "2", ba: "3", bốn: "4", tư: "4", năm: "5", lăm: "5", sáu: "6", bảy: "7",
  bẩy: "7", tám: "8", chín: "9", đê: "Đ", đờ: "Đ",
};

interface Listener extends EventTarget {
  lang: string;
  onresult: ((event: { results: { 0: { 0: { transcript: string } } } }) => void) | null;
  onerror: (() => void) | null;
  onend: (() => void) | null;
  start(): void;
}

/** `hai không A một hai ba` → `20A123`: digits in words become digits, the rest stays. */
export function heard(words: string): string {
  return words
    .normalize("NFC")
    .split(/[\s,]+/)
    .map((word) => DIGITS[word.toLowerCase()] ?? word)
    .join("")
    .toUpperCase();
}

async function reduced(file: File): Promise<Blob> {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height));
  const canvas = Object.assign(document.createElement("canvas"), {
    width: Math.round(image.width * scale),
    height: Math.round(image.height * scale),
  });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob) resolve(blob);
      else reject(new Error("the canvas gave no picture"));
    }, "image/jpeg", 0.85);
  });
}

function plateOf(asked: FormData): string {
  const text = asked.get("text");
  return typeof text === "string" ? text.toUpperCase() : "";
}

export class PlateCheck {
  private readonly text: HTMLInputElement;
  private readonly state: HTMLElement;
  private readonly again: HTMLElement;
  private readonly verdict: HTMLElement | null;
  private waiting: FormData | null = null;
  private photo: File | null = null;

  constructor(private readonly form: HTMLFormElement) {
    this.text = this.one("[name=text]") as HTMLInputElement;
    this.state = this.one("[data-state]");
    this.again = this.one("[data-again]");
    this.verdict = document.querySelector("[data-verdict]");
  }

  start(): void {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.again.addEventListener("click", () => void this.send());
    window.addEventListener("online", () => {
      if (this.waiting) void this.send();
    });
    this.text.addEventListener("input", () => {
      this.photo = null; // what is typed is not replaced by what a photo says later
      this.set("how", "typed");
    });
    this.listen();
    this.photograph();
    if (!("geolocation" in navigator)) return; // without https there is none
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      this.set("lon", coords.longitude.toFixed(6));
      this.set("lat", coords.latitude.toFixed(6));
    }, () => undefined, { maximumAge: 120_000, timeout: 10_000 });
  }

  private one(selector: string): HTMLElement {
    const found = this.form.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`the page has no ${selector}`);
    return found;
  }

  private set(name: string, value: string): void {
    const field = this.form.elements.namedItem(name);
    if (field instanceof HTMLInputElement) field.value = value;
  }

  private say(words: string, tone = ""): void {
    this.state.hidden = words === "";
    this.state.textContent = words;
    this.state.dataset["tone"] = tone;
  }

  submit(): void {
    this.set("key", newKey());
    this.waiting = new FormData(this.form);
    void this.send();
  }

  async send(): Promise<void> {
    const asked = this.waiting;
    if (!asked) return;
    this.again.hidden = true;
    this.verdict?.replaceChildren();
    this.say(fill(gettext("Asking the centre for {plate}…"), { plate: plateOf(asked) }));
    const told = await this.answerTo(asked);
    if (this.waiting !== asked) return; // another question was put meanwhile, or this one has its answer
    this.again.hidden = typeof told !== "string";
    if (typeof told === "string") {
      this.say(told, "bad");
      return;
    }
    this.waiting = null;
    this.say("");
    this.verdict?.replaceChildren(...told.body.childNodes);
    this.verdict?.scrollIntoView({ block: "nearest" });
  }

  /** The centre's page, or in words why there is none. */
  private async answerTo(asked: FormData): Promise<Document | string> {
    try {
      const answer = await fetch(this.form.action, {
        method: "POST",
        body: asked,
        headers: { "X-Requested-With": "plate-check" },
        signal: AbortSignal.timeout(PATIENCE_MS),
        redirect: "manual",
      });
      if (answer.status === 200 || answer.status === 422) {
        return new DOMParser().parseFromString(await answer.text(), "text/html");
      }
      return answer.status < 500 // a way to the sign-in page, or no right
        ? gettext("NOT CHECKED: the centre takes no question from you. Open this page again and sign in.")
        : gettext("NOT CHECKED: the centre cannot answer just now. Try again.");
    } catch {
      return navigator.onLine
        ? gettext("NOT CHECKED: the centre does not answer. Try again.")
        : gettext("NOT CHECKED: there is no network. The centre is asked again when it is back.");
    }
  }

  private listen(): void {
    const button = this.form.querySelector<HTMLButtonElement>("[data-say]");
    const name = "webkitSpeechRecognition" in window ? "webkitSpeechRecognition" : "SpeechRecognition";
    const Recogniser = (window as unknown as Record<string, (new () => Listener) | undefined>)[name];
    if (!button || !Recogniser) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const ear = new Recogniser();
      ear.lang = "vi-VN";
      ear.onresult = (event) => {
        this.text.value = heard(event.results[0][0].transcript);
        this.set("how", "said");
        this.say("");
      };
      ear.onerror = () => {
        this.say(gettext("Nothing was understood: type the plate."), "bad");
      };
      ear.start();
      this.say(gettext("Listening…"));
    });
  }

  private photograph(): void {
    const input = this.form.querySelector<HTMLInputElement>("[data-photo]");
    const found = this.form.querySelector<HTMLElement>("[data-found]");
    const url = this.form.dataset["photoUrl"];
    if (!input || !found || !url) return;
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) void this.read(file, url, found);
      input.value = "";
    });
  }

  private async read(file: File, url: string, found: HTMLElement): Promise<void> {
    this.photo = file;
    this.say(gettext("Reading the photo…"));
    const body = new FormData();
    const token = this.form.elements.namedItem("csrfmiddlewaretoken");
    if (token instanceof HTMLInputElement) body.set("csrfmiddlewaretoken", token.value);
    try {
      body.set("photo", await reduced(file), "plate.jpg");
      const answer = await fetch(url, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE_MS * 2) });
      const told = (await answer.json()) as { plates: string[]; fault: string };
      if (this.photo !== file) return;
      this.offer(told.plates, found);
      this.say(told.plates.length ? "" : told.fault || gettext("No plate was found in the photo: type it."), "bad");
    } catch {
      if (this.photo === file) this.say(gettext("The photo could not be read: type the plate."), "bad");
    }
  }

  private offer(plates: string[], found: HTMLElement): void {
    found.hidden = plates.length < 2;
    if (plates[0]) {
      this.text.value = plates[0];
      this.set("how", "photo");
    }
    const buttons = plates.map((plate) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: plate });
      button.addEventListener("click", () => {
        this.text.value = plate;
        this.set("how", "photo");
      });
      return button;
    });
    found.replaceChildren(...buttons);
  }
}

export function mount(element: HTMLElement): undefined {
  if (element instanceof HTMLFormElement) new PlateCheck(element).start();
  return undefined;
}
