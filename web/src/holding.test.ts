import { expect, test } from "vitest";
import { holdWhileSending, losesWords } from "./holding";

function tell(target: HTMLElement, name: string, verb: string): void {
  target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail: { target, requestConfig: { verb } } }));
}

test("a part that is being sent takes no input until the answer is there", () => {
  document.body.innerHTML = "<section><button>Send</button></section>";
  holdWhileSending(document);
  const part = document.querySelector("section");
  const button = document.querySelector("button");
  if (!part || !button) throw new Error("not drawn");
  button.focus();
  tell(part, "htmx:beforeSend", "post");
  expect(part.inert).toBe(true);
  tell(part, "htmx:afterRequest", "post");
  expect(part.inert).toBe(false);
  expect(document.activeElement).toBe(button);
});

test("reading holds nothing", () => {
  document.body.innerHTML = "<section></section>";
  const part = document.querySelector("section");
  if (!part) throw new Error("not drawn");
  tell(part, "htmx:beforeSend", "get");
  expect(part.inert).toBeFalsy();
});

test("words in another form of the part are not thrown away unasked", () => {
  document.body.innerHTML = "<section><form id=a><textarea></textarea></form><form id=b><textarea></textarea></form></section>";
  const part = document.querySelector("section");
  const [note, answer] = [...document.querySelectorAll("form")];
  if (!part || !note || !answer) throw new Error("not drawn");
  expect(losesWords(part, answer)).toBe(false);
  const area = note.querySelector("textarea");
  if (area) area.value = "half a note";
  expect(losesWords(part, answer)).toBe(true);
  expect(losesWords(part, note)).toBe(false);
});
