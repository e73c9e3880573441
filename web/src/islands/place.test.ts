import { afterEach, expect, it, vi } from "vitest";
import { boxOf, unitAt } from "./place";

afterEach(() => {
  vi.unstubAllGlobals();
});
const answer = (body: unknown, ok = true) => {
  const fetched = vi.fn(() => Promise.resolve({ ok, json: () => Promise.resolve(body) }));
  vi.stubGlobal("fetch", fetched);
  return fetched;
};

it("names the unit at a point", async () => {
  const fetched = answer({ unit: { code: "05", name: "phường Sông Công" } });
  expect(await unitAt("/places/at", 105.8374999, 21.475)).toBe("phường Sông Công");
  expect(fetched).toHaveBeenCalledWith("/places/at?lon=105.837500&lat=21.475000");
});

it("says when the point lies outside, and nothing when nobody answers", async () => {
  answer({ unit: null });
  expect(await unitAt("/places/at", 0, 0)).toBe("Outside the province");
  answer({}, false);
  expect(await unitAt("/places/at", 0, 0)).toBe("");
});

it("makes the parts that a page leaves out, once", () => {
  const root = document.createElement("div");
  const box = boxOf(root);
  expect(boxOf(root)).toBe(box);
  expect(root.querySelector("[data-gps]")).not.toBeNull();
  expect(root.querySelector("[role=status]")!.textContent).toBe("Tap on the map to set the pin.");
});
