// The page of a report says whether this phone remembers it, or offers that.
// <div data-island="remember" data-key data-code data-url data-label data-at>…<p data-remembered hidden>

import { gettext } from "../words";
import { BOX, outbox } from "./box";

export async function mount(root: HTMLElement): Promise<undefined> {
  const { key = "", code = "", url = "", label = "", at = "0" } = root.dataset;
  const word = root.querySelector<HTMLElement>("[data-remembered]");
  const known = (await outbox.sent(BOX)).some((row) => row.key === key || row.answer["url"] === url);
  if (known) {
    if (word) word.hidden = false;
    return undefined;
  }
  const keep = Object.assign(document.createElement("button"), {
    type: "button",
    className: "btn w-100 mt-2",
    textContent: gettext("Keep it on this phone"),
  });
  keep.addEventListener("click", () => {
    void outbox.remember({ key, box: BOX, label, at: Number(at) * 1000, answer: { code, url } }).then(() => {
      keep.remove();
      if (word) word.hidden = false;
    });
  });
  (root.querySelector(".card-body") ?? root).append(keep);
  return undefined;
}
