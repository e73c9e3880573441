// What waits on this phone: each with its state, to be edited, cancelled or sent now.
// <section data-island="waiting" data-edit="/reports/new/">

import { formatDateTime } from "../format";
import { showing } from "../offline/carriers";
import type { Post } from "../offline/queue";
import { fill, gettext } from "../words";
import { BOX, outbox, photosOf } from "./box";

function button(words: string, style: string, act: () => void): HTMLButtonElement {
  const made = Object.assign(document.createElement("button"), { type: "button", className: style, textContent: words });
  made.addEventListener("click", act);
  return made;
}

function line(className: string, words: string): HTMLParagraphElement {
  return Object.assign(document.createElement("p"), { className, textContent: words });
}

export function stateOf(post: Post): string {
  if (post.state === "refused") return fill(gettext("Not taken: {problem}"), { problem: post.problem });
  if (post.problem === "401" || post.problem === "302" || post.problem === "403") return gettext("Sign in again to send it.");
  if (post.problem === "429") return gettext("Too many at once; it will be tried again.");
  return gettext("It is sent when the network is back.");
}

function item(post: Post, edit: string): HTMLLIElement {
  const made = document.createElement("li");
  made.className = `waiting-item is-${post.state}`;
  const when = fill(gettext("Saved at {time}, {count} photos"), {
    time: formatDateTime(new Date(post.savedAt)),
    count: photosOf(post),
  });
  const buttons = document.createElement("div");
  buttons.className = "btn-list";
  const change = Object.assign(document.createElement("a"), {
    className: "btn",
    href: `${edit}?edit=${encodeURIComponent(post.key)}`,
    textContent: gettext("Change"),
  });
  const drop = button(gettext("Discard"), "btn btn-outline-danger", () => {
    if (drop.dataset["sure"]) void outbox.cancel(post.key);
    else [drop.dataset["sure"], drop.textContent] = ["yes", gettext("Discard it for good?")];
  });
  const now = button(gettext("Send now"), "btn btn-primary", () => {
    now.disabled = true;
    void outbox.send(post.key, showing(() => undefined));
  });
  buttons.append(...(post.state === "waiting" ? [now] : []), change, drop);
  made.append(line("waiting-title", post.label), line("text-secondary", when), line("waiting-state", stateOf(post)), buttons);
  return made;
}

export async function mount(section: HTMLElement): Promise<() => void> {
  const list = document.createElement("ul");
  const title = Object.assign(document.createElement("h2"), { className: "h3", textContent: gettext("Waiting to be sent") });
  const draw = async (): Promise<void> => {
    const posts = await outbox.waiting(BOX);
    section.hidden = posts.length === 0;
    list.replaceChildren(...posts.map((post) => item(post, section.dataset["edit"] ?? "")));
  };
  list.className = "waiting-list";
  list.setAttribute("aria-live", "polite");
  section.append(title, list);
  await draw();
  return outbox.watch(() => void draw());
}
