import { beforeEach, expect, it } from "vitest";
import { deserves, isOn } from "./sound";

beforeEach(() => {
  localStorage.clear();
});

it("is off until someone switches it on", () => {
  expect(isOn()).toBe(false);
  localStorage.setItem("naoso-sound", "on");
  expect(isOn()).toBe(true);
});

it("sounds for severe and extreme alone", () => {
  expect([0, 1, 2, 3, 4].map((severity) => deserves({ data: { severity } }))).toEqual([false, false, false, true, true]);
  expect(deserves({ data: {} })).toBe(false);
});
