import "fake-indexeddb/auto";
import { afterEach, expect, it, vi } from "vitest";
import { stateOf } from "./waiting";
import { forgetPages, PAGES } from "./kept";
import { metres } from "./list";

afterEach(() => {
  vi.unstubAllGlobals();
});

const post = (state: "waiting" | "refused", problem: string) => ({
  key: "k", box: "7", url: "/reports/field/1/send/", label: "", parts: [], savedAt: 0, state, tries: 1, problem, field: "",
});

it("says what changed meanwhile, and that another sign-in is needed", () => {
  expect(stateOf(post("refused", "Meanwhile the desk wrote"))).toContain("Meanwhile the desk wrote");
  expect(stateOf(post("waiting", "403"))).toBe("Sign in again to send it.");
  expect(stateOf(post("waiting", ""))).toBe("It is sent when the network is back.");
});

it("forgets the pages of all accounts but one, and no other store", async () => {
  const names = new Set([`${PAGES}7`, `${PAGES}8`, "naoso-citizen-1"]);
  vi.stubGlobal("caches", { keys: () => Promise.resolve([...names]), delete: (name: string) => Promise.resolve(names.delete(name)) });
  await forgetPages("7");
  expect([...names]).toEqual([`${PAGES}7`, "naoso-citizen-1"]);
  await forgetPages();
  expect([...names]).toEqual(["naoso-citizen-1"]);
});

it("writes distances as people say them", () => {
  document.documentElement.lang = "vi";
  expect([metres(847), metres(2431)]).toEqual(["850 m", "2,4 km"]);
});
