// Somebody signed in may add the reports that this phone remembers to the account.
// <section data-island="take-over" data-url><p data-offer hidden><button><span>

import { token } from "../offline/carriers";
import { fill, gettext } from "../words";
import { BOX, outbox, wordOf } from "./box";

export async function mount(section: HTMLElement): Promise<undefined> {
  const offer = section.querySelector<HTMLElement>("[data-offer]");
  const button = offer?.querySelector("button");
  const words = button?.querySelector("span");
  if (!offer || !button || !words) return undefined;
  const shown = new Set([...section.querySelectorAll("a")].map((link) => link.getAttribute("href")));
  const rows = (await outbox.sent(BOX)).filter((row) => !shown.has(wordOf(row.answer, "url")));
  const codes = rows.map((row) => wordOf(row.answer, "code")).filter(Boolean);
  if (codes.length === 0) return undefined;
  offer.hidden = false;
  words.textContent = fill(gettext("Add {count} reports of this phone"), { count: codes.length });
  button.addEventListener("click", () => {
    button.disabled = true;
    void token()
      .then((value) =>
        fetch(section.dataset["url"] ?? "", {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRFToken": value },
          body: JSON.stringify({ codes }),
        }),
      )
      .then(() => {
        location.reload();
      });
  });
  return undefined;
}
