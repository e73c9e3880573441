import { expect, test } from "vitest";
import { holdWhileSending } from "./holding";

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
