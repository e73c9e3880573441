// The page of a new report: suggests the kind, asks its questions, shows what others reported, sends or keeps.
// <form data-island="report" data-send data-mine data-near data-suggest>

import { showing } from "../offline/carriers";
import { formOf, partsOf, type Part, type Reply } from "../offline/queue";
import { rested, settled } from "../offline/until";
import { fill, gettext } from "../words";
import { Asking } from "./asking";
import { Begun, LEFT_OUT } from "./begun";
import { askForSync, BOX, newKey, outbox, wordOf } from "./box";
import { Nearby } from "./nearby";

class ReportPage {
  private readonly asking: Asking;
  private readonly nearby: Nearby;
  private readonly begun: Begun;
  private resting = false;

  constructor(private readonly form: HTMLFormElement) {
    this.asking = new Asking(form);
    this.nearby = new Nearby(form);
    this.begun = new Begun(form);
    this.field("draft").value = newKey(); // the page may come from a store where others took it too
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    for (const name of ["input", "change", "naoso:photographed"]) {
      form.addEventListener(name, () => {
        this.hideProblem();
        this.begun.note();
      });
    }
    form.querySelector("[data-clear]")?.addEventListener("click", () => void this.clear());
    form.addEventListener("naoso:photographed", () => {
      if (!this.field("lon").value) form.querySelector<HTMLElement>("[data-gps]")?.click();
    });
  }

  field(name: string): HTMLInputElement {
    const found = this.form.elements.namedItem(name);
    if (!(found instanceof HTMLInputElement) && !(found instanceof HTMLTextAreaElement)) throw new Error(name);
    return found as HTMLInputElement;
  }

  /** What waits on the phone, or was refused, comes back into the form; it leaves the outbox when it is sent anew. */
  async edit(key: string): Promise<void> {
    const post = await outbox.get(key);
    if (!post) return;
    this.field("draft").value = post.key;
    await this.fill(post.parts);
    if (post.problem && post.state === "refused") this.tell(post.problem);
  }

  /** What was begun before the phone threw the page away; it gets a key of its own. */
  async goOn(): Promise<void> {
    const parts = await this.begun.parts();
    if (!parts) return;
    await this.fill(parts);
    this.word(gettext("What you had begun is here again."));
    this.form.querySelector("[data-clear]")?.removeAttribute("hidden");
  }

  private async fill(parts: readonly Part[]): Promise<void> {
    const data = formOf(parts);
    for (const name of ["text", "place_text", "lon", "lat", "contact_email"]) this.field(name).value = wordIn(data, name);
    this.asking.choose(wordIn(data, "category"), parts);
    await settled(this.island("photo"));
    this.photos(data.getAll("photos").filter((value) => value instanceof File));
    void settled(this.island("place")).then(() => this.form.dispatchEvent(new CustomEvent("naoso:place")));
  }

  private photos(files: File[]): void {
    this.form.querySelector("[data-island=photo]")?.dispatchEvent(new CustomEvent("naoso:photos", { detail: files }));
  }

  private island(name: string): HTMLElement | null {
    return this.form.querySelector(`[data-island=${name}]`);
  }

  private async submit(): Promise<void> {
    if (this.resting) return;
    if (this.form.querySelector("[data-busy]")) this.tell(gettext("One moment: the photos are being prepared."));
    this.resting = true;
    await rested(this.form);
    this.resting = false;
    const problem = this.missing();
    this.tell(problem);
    if (problem) return;
    const key = this.field("draft").value;
    const parts = await partsOf(new FormData(this.form), LEFT_OUT);
    this.sending(true);
    await outbox.put({ key, box: BOX, url: this.form.dataset["send"] ?? "", label: this.label(), parts });
    const reply = await outbox.send(key, showing((share) => {
      this.progress(share);
    }));
    this.sending(false);
    await this.settle(key, reply);
  }

  private async settle(key: string, reply: Reply | undefined): Promise<void> {
    if (reply?.kind === "refused") {
      await outbox.cancel(key);
      this.tell(reply.problem);
      return;
    }
    this.field("draft").value = newKey();
    await this.begun.drop();
    if (reply?.kind === "sent") {
      location.assign(wordOf(reply.answer, "url"));
      return;
    }
    const kept = await outbox.get(key);
    if (!kept) location.assign(this.form.dataset["mine"] ?? ""); // another page carried it meanwhile
    else await this.keep();
  }

  private async keep(): Promise<void> {
    await askForSync();
    await this.clear();
    this.word(gettext("No network: kept on this phone and sent when it is back."));
    document.querySelector("[data-island=waiting]")?.scrollIntoView({ block: "center" });
  }

  private async clear(): Promise<void> {
    this.form.reset();
    for (const name of ["lon", "lat"]) this.field(name).value = "";
    this.photos([]);
    this.asking.choose("", []);
    this.nearby.clear();
    this.word("");
    this.form.querySelector("[data-clear]")?.setAttribute("hidden", "");
    await this.begun.drop();
  }

  private label(): string {
    const text = this.field("text").value.trim();
    return [this.asking.words(), text.length > 60 ? `${text.slice(0, 60)}…` : text].filter(Boolean).join(" – ");
  }

  /** Words for the first thing that is missing; the eye and the focus go there. */
  private missing(): string {
    const photos = this.form.querySelector<HTMLInputElement>("input[name=photos]");
    if (!photos?.files?.length && !/[\p{L}\p{N}]/u.test(this.field("text").value)) {
      photos?.focus();
      return gettext("Add a photo, or say in words what you saw.");
    }
    if (!this.field("lon").value && !this.field("photo_lon").value) {
      this.form.querySelector<HTMLElement>("[data-gps]")?.focus();
      return gettext("Say where it is: use your position, or tap on the map.");
    }
    return this.asking.missing();
  }

  private hideProblem(): void {
    const box = this.form.querySelector<HTMLElement>("[data-problem]");
    if (box) box.hidden = true;
  }

  private tell(problem: string): void {
    const box = this.form.querySelector<HTMLElement>("[data-problem]");
    const words = this.form.querySelector<HTMLElement>("[data-problem-words]");
    if (!box || !words) return;
    box.hidden = !problem;
    words.textContent = problem;
    this.word("");
    if (problem) box.scrollIntoView({ block: "center" });
  }

  private word(words: string): void {
    const line = this.form.querySelector("[data-word]");
    if (line) line.textContent = words;
  }

  private sending(on: boolean): void {
    const button = this.form.querySelector<HTMLButtonElement>("[data-submit]");
    const bar = this.form.querySelector<HTMLProgressElement>("[data-progress]");
    if (button) button.disabled = on;
    if (bar) [bar.hidden, bar.value] = [!on, 0];
    this.word(on ? gettext("Sending…") : "");
  }

  private progress(share: number): void {
    const bar = this.form.querySelector<HTMLProgressElement>("[data-progress]");
    if (bar) bar.value = share;
    this.word(share < 1 ? fill(gettext("Sending: {percent} %"), { percent: Math.round(share * 100) }) : gettext("Sent; waiting for the code…"));
  }
}

function wordIn(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === "string" ? value : "";
}

export async function mount(element: HTMLElement): Promise<undefined> {
  const page = new ReportPage(element as HTMLFormElement);
  const key = new URLSearchParams(location.search).get("edit");
  await (key ? page.edit(key) : page.goOn());
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload(); // back after sending: a fresh page, not the old draft
  });
  return undefined;
}
