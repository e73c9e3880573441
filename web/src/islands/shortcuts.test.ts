import { beforeEach, expect, it, vi } from "vitest";
import { handle, isTyping, known, walk } from "./shortcuts";

beforeEach(() => {
  document.body.innerHTML = `
    <button data-shortcut="a" title="Acknowledge"></button><button data-shortcut="x" hidden></button>
    <input data-shortcut="/" data-shortcut-title="Search">
    <a data-shortcut-item tabindex="0" id="i1"></a><a data-shortcut-item tabindex="0" id="i2"></a>`;
});

it("presses what carries the key, focuses a field, ignores the hidden", () => {
  const pressed = vi.fn();
  document.querySelectorAll("button").forEach((button) => {
    button.addEventListener("click", pressed);
  });
  expect(handle("a")).toBe(true);
  expect(handle("x")).toBe(false);
  expect(pressed).toHaveBeenCalledTimes(1);
  expect(handle("/")).toBe(true);
  expect(document.activeElement).toBe(document.querySelector("input"));
});

it("opens the search page where the search field is not drawn", () => {
  document.body.innerHTML = `
    <form role="search" action="/search/"><p style="display: none"><input data-shortcut="/"></p></form>`;
  const sent = vi.spyOn(HTMLFormElement.prototype, "submit").mockImplementation(() => undefined);
  expect(handle("/")).toBe(true);
  expect(sent).toHaveBeenCalledTimes(1);
  sent.mockRestore();
});

it("walks through the items and stops at the ends", () => {
  const items = [...document.querySelectorAll<HTMLElement>("[data-shortcut-item]")];
  expect(walk(items, null, 1)?.id).toBe("i1");
  expect(walk(items, items[0]!, 1)?.id).toBe("i2");
  expect(walk(items, items[1]!, 1)?.id).toBe("i2");
  expect(walk(items, null, -1)?.id).toBe("i2");
});

it("lists the page's keys and the common ones", () => {
  const keys = known().map(([key]) => key);
  expect(keys).toEqual(["a", "/", "j / k", "Enter", "Ctrl + Enter", "Esc", "?"]);
});

it("leaves typing alone", () => {
  expect(isTyping(document.querySelector("input"))).toBe(true);
  expect(isTyping(document.querySelector("button"))).toBe(false);
});
