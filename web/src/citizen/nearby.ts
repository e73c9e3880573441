// What others reported near by, asked for when place and kind are known; "me too" follows instead of sending.

import { toast } from "../islands/toasts";
import { token } from "../offline/carriers";
import { gettext } from "../words";
import { BOX, outbox } from "./box";

export class Nearby {
  private readonly section: HTMLElement | null;
  private category = "";
  private turn = 0;

  constructor(private readonly form: HTMLFormElement) {
    this.section = form.querySelector<HTMLElement>("[data-nearby]");
    form.addEventListener("naoso:category", (event) => {
      this.category = (event as CustomEvent<string>).detail;
      void this.look();
    });
    form.addEventListener("change", (event) => {
      if ((event.target as HTMLInputElement).name === "lon") void this.look();
    });
    this.section?.addEventListener("click", (event) => {
      const button = (event.target as HTMLElement).closest<HTMLButtonElement>("[data-me-too]");
      if (button) void this.meToo(button);
    });
  }

  clear(): void {
    this.turn++;
    this.section?.replaceChildren();
  }

  private async look(): Promise<void> {
    const data = new FormData(this.form);
    const [lon, lat] = [data.get("lon") as string, data.get("lat") as string];
    this.clear();
    if (!lon || !this.category) return;
    const turn = this.turn;
    const query = new URLSearchParams({ lon, lat, category: this.category });
    try {
      const answer = await fetch(`${this.form.dataset["near"] ?? ""}?${query}`);
      if (answer.ok && turn === this.turn && this.section) this.section.innerHTML = await answer.text();
    } catch {
      // offline: nobody knows
    }
  }

  private async meToo(button: HTMLButtonElement): Promise<void> {
    button.disabled = true;
    try {
      const answer = await fetch(button.dataset["meToo"] ?? "", {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": await token() },
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { url, title } = (await answer.json()) as { url: string; title: string };
      await outbox.remember({ key: url, box: BOX, label: title, at: Date.now(), answer: { url, code: "" } });
      location.assign(url);
    } catch {
      button.disabled = false;
      toast(gettext("That did not work. Try again."), "error");
    }
  }
}
