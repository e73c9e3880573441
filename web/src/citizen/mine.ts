// What this phone has sent, with its codes: kept on the phone alone.
// <section data-island="mine"><ul></ul><p data-none hidden>

import { formatDateTime } from "../format";
import type { Sent } from "../offline/queue";
import { fill, gettext } from "../words";
import { BOX, outbox, wordOf } from "./box";

function item(row: Sent): HTMLLIElement {
  const made = document.createElement("li");
  const link = Object.assign(document.createElement("a"), { href: wordOf(row.answer, "url") });
  const words = document.createElement("span");
  const title = Object.assign(document.createElement("strong"), { textContent: row.label });
  const code = wordOf(row.answer, "code") || gettext("followed");
  const facts = Object.assign(document.createElement("small"), {
    className: "text-secondary d-block",
    textContent: `${code} · ${formatDateTime(new Date(row.at))}`,
  });
  words.append(title, facts);
  link.append(words);
  const forget = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-ghost", textContent: "×" });
  forget.setAttribute("aria-label", fill(gettext("Forget {name} on this phone"), { name: `${row.label} ${code}` }));
  forget.addEventListener("click", () => void outbox.forget(row.key));
  made.append(link, forget);
  return made;
}

export async function mount(section: HTMLElement): Promise<() => void> {
  const list = section.querySelector("ul");
  const none = section.querySelector<HTMLElement>("[data-none]");
  if (!list || !none) throw new Error("a mine island needs ul and [data-none]");
  const draw = async (): Promise<void> => {
    const rows = await outbox.sent(BOX);
    none.hidden = rows.length > 0;
    list.replaceChildren(...rows.map(item));
  };
  await draw();
  return outbox.watch(() => void draw());
}
