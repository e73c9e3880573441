// One deed of a task: into the outbox first, and from there to the server, now or when the network is back.
// <form data-island="field-deed" data-deed="take|before|finish" data-label data-done="where to go when it arrived">

import { toast } from "../islands/toasts";
import { formOf, partsOf, type Part } from "../offline/queue";
import { rested, settled } from "../offline/until";
import { fill, gettext } from "../words";
import { askForSync, newKey, outbox, send } from "./box";

class Deed {
  private key = newKey();

  constructor(private readonly form: HTMLFormElement) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    for (const button of form.querySelectorAll<HTMLButtonElement>("button[data-words]")) {
      button.addEventListener("click", () => {
        const text = this.text();
        if (text) text.value = button.dataset["words"] ?? "";
        text?.focus();
      });
    }
    this.submitter().disabled = false;
  }

  get kind(): string {
    return this.form.dataset["deed"] ?? "";
  }

  /** What was refused comes back into the form, under its own key and with the version that is shown now. */
  async edit(key: string): Promise<void> {
    const post = await outbox.get(key);
    if (!post?.url.endsWith(new URL(this.form.action).pathname)) return;
    const data = formOf(post.parts);
    const deed = data.get("deed");
    if ((deed === "answer" || deed === "note" ? "finish" : deed) !== this.kind) return;
    const [text, words] = [this.text(), data.get("text")];
    if (text && typeof words === "string") text.value = words;
    for (const field of this.form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")) restore(field, data.getAll(field.name));
    const files = data.getAll("photos").filter((value) => value instanceof File);
    await settled(this.form.querySelector("[data-island=photo]"));
    this.photos(files);
    this.key = key;
    this.form.scrollIntoView();
  }

  private text(): HTMLTextAreaElement | null {
    return this.form.querySelector("textarea");
  }

  private submitter(): HTMLButtonElement {
    const found = this.form.querySelector<HTMLButtonElement>("button[type=submit]");
    if (!found) throw new Error("a deed needs a button");
    return found;
  }

  private photos(files: File[]): void {
    this.form.querySelector("[data-island=photo]")?.dispatchEvent(new CustomEvent("naoso:photos", { detail: files }));
  }

  private async parts(): Promise<Part[]> {
    const parts = await partsOf(new FormData(this.form), ["csrfmiddlewaretoken", "key"]);
    const own = parts.some((part) => part.name === "deed") ? [] : [{ name: "deed", value: this.kind }];
    return [...parts, ...own, { name: "at", value: new Date().toISOString() }, { name: "key", value: this.key }];
  }

  private missing(): string {
    const files = this.form.querySelector<HTMLInputElement>("input[name=photos]")?.files?.length ?? 0;
    if (this.kind === "before" && files === 0) return gettext("Take a photo first.");
    if (this.kind === "finish" && !this.text()?.value.trim()) return gettext("Say in words what was done.");
    return "";
  }

  private async submit(): Promise<void> {
    const button = this.submitter();
    button.disabled = true;
    if (this.form.querySelector("[data-busy]")) this.tell(gettext("One moment: the photos are being prepared."));
    await rested(this.form);
    const problem = this.missing();
    this.tell(problem);
    button.disabled = problem === "";
    if (problem) return;
    const box = this.form.querySelector<HTMLInputElement>("input[name=account]")?.value ?? "";
    const key = this.key;
    const url = new URL(this.form.action).pathname;
    await outbox.put({ key, box, url, label: this.form.dataset["label"] ?? "", parts: await this.parts() });
    this.clear();
    const reply = await send(box, key);
    button.disabled = false;
    if (reply?.kind === "refused") this.tell(reply.problem);
    else if (reply?.kind === "sent") this.arrived();
    else await this.waits();
  }

  private arrived(): void {
    const done = this.form.dataset["done"];
    if (done) location.assign(done);
    else if (this.kind === "take") location.assign(location.pathname);
    else toast(fill(gettext("Arrived: {what}"), { what: this.form.dataset["label"] ?? "" }), "success");
  }

  private async waits(): Promise<void> {
    await askForSync();
    toast(gettext("No network: it waits on this phone and is sent once there is one."), "info");
    if (this.kind !== "before") this.form.hidden = true; // once is enough; it stands above as waiting
    document.querySelector("[data-island=field-waiting]")?.scrollIntoView();
  }

  private clear(): void {
    this.key = newKey();
    const text = this.text();
    if (text) text.value = "";
    this.photos([]);
  }

  private tell(problem: string): void {
    const box = this.form.querySelector<HTMLElement>("[data-problem]");
    const words = this.form.querySelector<HTMLElement>("[data-problem-words]");
    if (!box || !words) return;
    box.hidden = !problem;
    words.textContent = problem;
    if (problem) box.scrollIntoView({ block: "center" });
  }
}

/** A field takes back what was written into it; what identifies the form stays as the page has it. */
function restore(field: HTMLInputElement | HTMLSelectElement, values: FormDataEntryValue[]): void {
  const words = values.filter((value) => typeof value === "string");
  if (field instanceof HTMLInputElement && ["checkbox", "radio"].includes(field.type)) field.checked = words.includes(field.value);
  else if (field.type !== "hidden" && field.type !== "file") field.value = words[0] ?? "";
}

export async function mount(element: HTMLElement): Promise<undefined> {
  const deed = new Deed(element as HTMLFormElement);
  const key = new URLSearchParams(location.search).get("edit");
  if (key) await deed.edit(key);
  return undefined;
}
