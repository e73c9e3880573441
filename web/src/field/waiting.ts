// What this account's phone has not sent yet. What the server refused says why, above all what changed meanwhile.
// <section data-island="field-waiting" data-account="12">

import { formatDateTime } from "../format";
import { isFile, type Post } from "../offline/queue";
import { fill, gettext } from "../words";
import { outbox, send } from "./box";

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
  if (["200", "302", "401", "403"].includes(post.problem)) return gettext("Sign in again to send it.");
  return gettext("It is sent when the network is back.");
}

/** Once more, without the version that the screen showed: the officer has read what changed. */
async function again(post: Post): Promise<void> {
  await outbox.put({ ...post, parts: post.parts.filter((part) => part.name !== "seen") });
  await send(post.box, post.key);
}

function item(post: Post): HTMLLIElement {
  const made = document.createElement("li");
  made.className = `waiting-item is-${post.state}`;
  const words = post.parts.find((part) => part.name === "text");
  const facts = fill(gettext("Saved at {time}, {count} photos"), {
    time: formatDateTime(new Date(post.savedAt)),
    count: post.parts.filter(isFile).length,
  });
  const buttons = document.createElement("div");
  buttons.className = "btn-list";
  const drop = button(gettext("Discard"), "btn btn-outline-danger", () => {
    if (drop.dataset["sure"]) void outbox.cancel(post.key);
    else [drop.dataset["sure"], drop.textContent] = ["yes", gettext("Discard it for good?")];
  });
  const label = post.state === "refused" ? gettext("Send all the same") : gettext("Send now");
  const now = button(label, "btn btn-primary", () => {
    now.disabled = true;
    void (post.state === "refused" ? again(post) : send(post.box, post.key));
  });
  const open = Object.assign(document.createElement("a"), {
    className: "btn",
    href: post.url.replace("send/", post.state === "refused" ? `?edit=${encodeURIComponent(post.key)}` : ""),
    textContent: post.state === "refused" ? gettext("Look and change") : gettext("Open"),
  });
  buttons.append(now, open, drop);
  const said = words && !isFile(words) && words.value ? [line("report-words", words.value)] : [];
  made.append(line("waiting-title", post.label), ...said, line("text-secondary", facts), line("waiting-state", stateOf(post)), buttons);
  return made;
}

export async function mount(section: HTMLElement): Promise<() => void> {
  const account = section.dataset["account"] ?? "";
  const list = document.createElement("ul");
  const title = Object.assign(document.createElement("h2"), { className: "h3", textContent: gettext("Waiting to be sent") });
  const draw = async (): Promise<void> => {
    const posts = await outbox.waiting(account);
    section.hidden = posts.length === 0;
    list.replaceChildren(...posts.map(item));
  };
  list.className = "waiting-list";
  list.setAttribute("aria-live", "polite");
  section.append(title, list);
  await draw();
  return outbox.watch(() => void draw());
}
