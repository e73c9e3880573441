// The kind of a report: suggested from words and place as large chips, or chosen from the tree; then its questions.

import type { Part } from "../offline/queue";
import { isFile } from "../offline/queue";
import { fill, gettext } from "../words";

const PAUSE_MS = 600;
const FEWEST_LETTERS = 4;

interface Suggested {
  sure: boolean;
  suggestions: { id: number; title: string; icon: string; confidence: number }[];
}

export class Asking {
  private readonly box: HTMLElement;
  private readonly tree: HTMLDetailsElement;
  private readonly asked: HTMLElement;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;

  constructor(private readonly form: HTMLFormElement) {
    const box = form.querySelector<HTMLElement>("[data-suggestions]");
    const tree = form.querySelector<HTMLDetailsElement>(".category-tree");
    const asked = form.querySelector<HTMLElement>("[data-asked]");
    if (!box || !tree || !asked) throw new Error("the report's form lacks its parts");
    [this.box, this.tree, this.asked] = [box, tree, asked];
    form.addEventListener("change", (event) => {
      const { name } = event.target as HTMLInputElement;
      if (name === "category") this.chosen();
      if (name === "lon") this.plan();
    });
    form.querySelector("textarea[name=text]")?.addEventListener("input", () => {
      this.plan();
    });
  }

  radio(): HTMLInputElement | null {
    return this.form.querySelector<HTMLInputElement>("input[name=category]:checked");
  }

  words(): string {
    return this.radio()?.nextElementSibling?.textContent.trim() ?? "";
  }

  /** From a kept draft: the category and the answers to its questions; an empty one clears all. */
  choose(category: string, parts: readonly Part[]): void {
    this.box.replaceChildren();
    const radio = this.form.querySelector<HTMLInputElement>(`input[name=category][value="${CSS.escape(category)}"]`);
    const before = this.radio();
    if (before) before.checked = false;
    if (radio) radio.checked = true;
    this.chosen();
    for (const part of parts) {
      if (isFile(part) || !part.name.startsWith("answers.")) continue;
      for (const field of this.asked.querySelectorAll<HTMLInputElement>(`[name="${CSS.escape(part.name)}"]`)) {
        if (field.type !== "radio" && field.type !== "checkbox") field.value = part.value;
        else if (field.value === part.value) field.checked = true;
      }
    }
  }

  private chosen(): void {
    const radio = this.radio();
    this.tree.open = radio === null;
    const words = this.tree.querySelector("[data-chosen-words]");
    if (words) words.textContent = radio ? fill(gettext("{kind} – change"), { kind: this.words() }) : gettext("All kinds");
    const source = this.form.querySelector<HTMLTemplateElement>(`template[data-questions="${radio?.value ?? ""}"]`);
    this.asked.replaceChildren(...(source ? [source.content.cloneNode(true)] : []));
    for (const chip of this.box.querySelectorAll<HTMLElement>("button")) {
      chip.setAttribute("aria-pressed", String(chip.dataset["category"] === radio?.value));
    }
    this.form.dispatchEvent(new CustomEvent("naoso:category", { detail: radio?.value ?? "" }));
  }

  private plan(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.suggest(), PAUSE_MS);
  }

  private async suggest(): Promise<void> {
    const data = new FormData(this.form);
    const text = data.get("text") as string;
    if (text.trim().length < FEWEST_LETTERS) return;
    const turn = ++this.turn;
    const query = new URLSearchParams({ text, lon: data.get("lon") as string, lat: data.get("lat") as string });
    try {
      const answer = await fetch(`${this.form.dataset["suggest"] ?? ""}?${query}`);
      if (!answer.ok || turn !== this.turn) return;
      this.show((await answer.json()) as Suggested);
    } catch {
      // offline: the tree is there
    }
  }

  private show(answer: Suggested): void {
    const chips = answer.suggestions
      .slice(0, answer.sure ? 1 : 3)
      .map(({ id }) => this.chip(String(id)))
      .filter((chip) => chip !== undefined);
    if (chips.length) {
      const words = document.createElement("p");
      words.textContent = answer.sure ? gettext("Probably:") : gettext("Perhaps one of these:");
      this.box.replaceChildren(words, ...chips);
      if (!this.radio()) this.tree.open = false;
    } else this.box.replaceChildren();
  }

  /** A chip is the tree's own label again: same words, same icon. */
  private chip(category: string): HTMLButtonElement | undefined {
    const radio = this.form.querySelector<HTMLInputElement>(`input[name=category][value="${category}"]`);
    if (!radio?.nextElementSibling) return undefined;
    const chip = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-lg suggestion" });
    chip.dataset["category"] = category;
    chip.setAttribute("aria-pressed", String(radio.checked));
    chip.append(...[...radio.nextElementSibling.childNodes].map((node) => node.cloneNode(true)));
    chip.addEventListener("click", () => {
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    });
    return chip;
  }

  /** Words for a kind or an answer that is still missing; the focus goes there. */
  missing(): string {
    if (!this.radio()) {
      this.tree.open = true;
      this.form.querySelector<HTMLInputElement>("input[name=category]")?.focus();
      return gettext("Choose what it is about.");
    }
    const group = [...this.asked.querySelectorAll("fieldset[data-required]")].find((one) => !one.querySelector(":checked"));
    const empty = [...this.asked.querySelectorAll<HTMLInputElement>("div > input[required]")].find((one) => !one.value.trim());
    const field = group?.querySelector("input") ?? empty;
    if (!field) return "";
    field.focus();
    const question = group?.querySelector("legend") ?? field.closest("div")?.querySelector("label");
    return fill(gettext("Please answer: {question}"), { question: question?.textContent.trim() ?? "" });
  }
}
