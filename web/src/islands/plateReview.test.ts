import { afterEach, describe, expect, it } from "vitest";
import { begins, mount } from "./plateReview";

const key = (name: string, init: KeyboardEventInit = {}): KeyboardEvent =>
  new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...init });

describe("the review queue by keys", () => {
  afterEach(() => {
    document.body.innerHTML = "";
  });

  it("typing begins a text of one's own, shortcuts do not", () => {
    expect(begins(key("2"))).toBe(true);
    expect(begins(key("x"))).toBe(false);
    expect(begins(key("z"))).toBe(false);
    expect(begins(key("a"))).toBe(false);
    expect(begins(key("a", { ctrlKey: true }))).toBe(false);
    expect(begins(key("Enter"))).toBe(false);
  });

  it("replaces the text by what is typed, and takes a reader's other text", () => {
    document.body.innerHTML = `<div><form><input name="text" value="20A-123.45"><button data-right>ok</button>
      <button type="button" data-fill="20A12845">x</button></form></div>`;
    const root = document.querySelector<HTMLElement>("div")!;
    const field = root.querySelector("input")!;
    const leave = mount(root);
    expect(document.activeElement).toBe(root.querySelector("[data-right]"));
    document.body.dispatchEvent(key("3"));
    expect(field.value).toBe("3");
    expect(document.activeElement).toBe(field);
    let sent = 0;
    root.querySelector("form")!.requestSubmit = () => {
      sent += 1;
    };
    root.querySelector<HTMLElement>("[data-fill]")!.click();
    expect([field.value, sent]).toEqual(["20A12845", 1]);
    leave();
  });
});
