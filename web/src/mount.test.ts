import { beforeEach, expect, it, vi } from "vitest";
import { mountAll, readConfig, unmount } from "./mount";

beforeEach(() => {
  document.body.innerHTML = '<div id="a" data-island="one"></div><div id="b" data-island="unknown"></div>';
});

it("mounts an island once and takes it down once", async () => {
  const down = vi.fn();
  const mount = vi.fn(() => down);
  const loaders = { one: () => Promise.resolve({ mount }) };
  await mountAll(document, loaders);
  await mountAll(document, loaders);
  expect(mount).toHaveBeenCalledTimes(1);
  const element = document.getElementById("a")!;
  expect(element.dataset["ready"]).toBe("");
  unmount(element);
  unmount(element);
  expect(down).toHaveBeenCalledTimes(1);
});

it("keeps the page alive when an island fails", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  await mountAll(document, { one: () => Promise.reject(new Error("broken")) });
  expect(document.getElementById("a")!.dataset["failed"]).toBe("");
});

it("reads the JSON block that data-config names", () => {
  document.body.innerHTML = '<script id="c" type="application/json">{"x": 1}</script><div data-config="c"></div>';
  expect(readConfig(document.querySelector("div")!)).toEqual({ x: 1 });
  expect(() => readConfig(document.body)).toThrow("no JSON block");
});
