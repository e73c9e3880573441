import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Post } from "../offline/queue";
import { freshen } from "./app";
import { Asking } from "./asking";
import { BOX, newKey, outbox } from "./box";
import { isLarge, mount as mountLarge } from "./large";
import { mount as mountMine } from "./mine";
import { Nearby } from "./nearby";
import { mount as mountWaiting, stateOf } from "./waiting";

const FORM = `
  <form data-suggest="/reports/suggest/" data-near="/reports/near/">
    <input name="lon" value=""><input name="lat" value=""><textarea name="text"></textarea>
    <div data-suggestions></div>
    <details class="category-tree" open><summary><span data-chosen-words></span></summary>
      <label><input type="radio" name="category" value="1" required><span><b>Vỡ ống</b></span></label>
      <label><input type="radio" name="category" value="2" required><span><b>Cây đổ</b></span></label>
    </details>
    <div data-asked></div>
    <template data-questions="1"><fieldset data-required><legend>To hay nhỏ?</legend>
      <input type="radio" name="answers.size" value="to" required><input type="radio" name="answers.size" value="nho" required></fieldset></template>
    <section data-nearby></section>
  </form>`;

function form(): HTMLFormElement {
  document.body.innerHTML = FORM;
  return document.querySelector("form")!;
}
function pick(root: HTMLElement, value: string): void {
  const radio = root.querySelector<HTMLInputElement>(`input[name=category][value="${value}"]`)!;
  for (const other of root.querySelectorAll<HTMLInputElement>("input[name=category]")) other.checked = other === radio;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

beforeEach(() => {
  vi.useRealTimers();
  localStorage.clear();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

it("makes a draft's key with and without https", () => {
  const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  expect(newKey()).toMatch(shape);
  const { crypto } = globalThis;
  vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) });
  expect(newKey()).toMatch(shape);
});

it("asks the questions of the chosen kind and names the one that is missing", () => {
  const root = form();
  const asking = new Asking(root);
  expect(asking.missing()).toBe("Choose what it is about.");
  pick(root, "1");
  expect(root.querySelectorAll("[data-asked] input")).toHaveLength(2);
  expect(asking.missing()).toBe("Please answer: To hay nhỏ?");
  root.querySelector<HTMLInputElement>("[data-asked] input")!.checked = true;
  expect(asking.missing()).toBe("");
  pick(root, "2");
  expect(root.querySelectorAll("[data-asked] input")).toHaveLength(0);
  expect(asking.words()).toBe("Cây đổ");
});

it("brings a kept draft's kind and answers back", () => {
  const root = form();
  const asking = new Asking(root);
  asking.choose("1", [{ name: "answers.size", value: "nho" }]);
  expect(new FormData(root).get("answers.size")).toBe("nho");
  asking.choose("", []);
  expect(asking.radio()).toBeNull();
});

it.each([
  [true, ["1"]],
  [false, ["2", "1"]],
])("suggests one when sure (%s) and up to three when not, as large chips", async (sure, shown) => {
  vi.useFakeTimers();
  const root = form();
  new Asking(root);
  const row = (id: number) => ({ id, title: "", icon: "", confidence: 0.5 });
  const suggestions = sure ? [row(1), row(2)] : [row(2), row(1), row(99)];
  vi.stubGlobal("fetch", vi.fn(() => Promise.resolve(Response.json({ sure, suggestions }))));
  const text = root.querySelector("textarea")!;
  text.value = "nước tràn";
  text.dispatchEvent(new Event("input"));
  await vi.advanceTimersByTimeAsync(700);
  const chips = [...root.querySelectorAll<HTMLElement>("[data-suggestions] button")];
  expect(chips.map((chip) => chip.dataset["category"])).toEqual(shown);
  expect(root.querySelector("details")!.open).toBe(false);
  chips[0]!.click();
  expect(new FormData(root).get("category")).toBe(shown[0]);
  expect(chips[0]!.getAttribute("aria-pressed")).toBe("true");
});

it("shows what others reported once place and kind are known, and follows on me too", async () => {
  const root = form();
  new Asking(root);
  new Nearby(root);
  const part = '<button data-me-too="/reports/near/7/me-too/">Tôi cũng thấy</button>';
  const fetched = vi.fn((url: string) =>
    Promise.resolve(
      url.startsWith("/reports/near/?")
        ? new Response(part)
        : Response.json(url.includes("token") ? { token: "t" } : { url: "#followed", title: "Vỡ ống" }),
    ),
  );
  vi.stubGlobal("fetch", fetched);
  pick(root, "1");
  expect(fetched).not.toHaveBeenCalled();
  const lon = root.querySelector<HTMLInputElement>("[name=lon]")!;
  lon.value = "105.85";
  lon.dispatchEvent(new Event("change", { bubbles: true }));
  await vi.waitFor(() => {
    expect(root.querySelector("[data-me-too]")).not.toBeNull();
  });
  root.querySelector<HTMLElement>("[data-me-too]")!.click();
  await vi.waitFor(async () => {
    expect((await outbox.sent(BOX)).map((row) => row.key)).toContain("#followed");
  });
});

const post = (more: Partial<Post>): Post => ({
  key: "k", box: BOX, url: "", label: "Vỡ ống", parts: [], savedAt: 0, state: "waiting", tries: 1, problem: "", field: "", ...more,
});

it.each([
  [post({}), "It is sent when the network is back."],
  [post({ state: "refused", problem: "Ngoài tỉnh" }), "Not taken: Ngoài tỉnh"],
  [post({ problem: "401" }), "Sign in again to send it."],
  [post({ problem: "429" }), "Too many at once; it will be tried again."],
])("says why a draft waits", (waiting, words) => {
  expect(stateOf(waiting)).toBe(words);
});

it("lists what waits; discarding asks once more", async () => {
  await outbox.put({ key: "w", box: BOX, url: "/", label: "Vỡ ống", parts: [] });
  const section = document.createElement("section");
  section.dataset["edit"] = "/reports/new/";
  const stop = await mountWaiting(section);
  expect(section.querySelector("a")!.getAttribute("href")).toBe("/reports/new/?edit=w");
  const drop = section.querySelector<HTMLElement>(".btn-outline-danger")!;
  drop.click();
  expect(drop.textContent).toBe("Discard it for good?");
  expect(await outbox.waiting(BOX)).toHaveLength(1);
  drop.click();
  await vi.waitFor(() => {
    expect(section.hidden).toBe(true);
  });
  stop();
});

it("lists what the phone remembers until it is told to forget", async () => {
  await outbox.remember({ key: "s", box: BOX, label: "Cây đổ", at: 1, answer: { code: "7K3M-Q0ZD", url: "/f/" } });
  const section = document.createElement("section");
  section.innerHTML = "<ul></ul><p data-none hidden></p>";
  const stop = await mountMine(section);
  expect(section.textContent).toContain("7K3M-Q0ZD");
  for (const row of await outbox.sent(BOX)) await outbox.forget(row.key);
  await vi.waitFor(() => {
    expect(section.querySelector<HTMLElement>("[data-none]")!.hidden).toBe(false);
  });
  stop();
});

it("keeps large letters on the phone", () => {
  const button = document.createElement("button");
  mountLarge(button);
  button.click();
  expect([isLarge(), button.getAttribute("aria-pressed")]).toEqual([true, "true"]);
  expect(document.documentElement.classList.contains("large-type")).toBe(true);
  button.click();
  expect(document.documentElement.classList.contains("large-type")).toBe(false);
});

it("gives a page from the store a token of the moment before it is posted", async () => {
  document.body.innerHTML = '<form><input name="csrfmiddlewaretoken" value="old"><input name="next" value="/reports/shell/new/vi/"></form>';
  const root = document.querySelector("form")!;
  vi.stubGlobal("fetch", () => Promise.resolve(Response.json({ token: "fresh" })));
  const sent = vi.spyOn(root, "requestSubmit").mockImplementation(() => undefined);
  freshen(root);
  root.dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
  await vi.waitFor(() => {
    expect(sent).toHaveBeenCalled();
  });
  expect(root.querySelector("input")!.getAttribute("value")).toBe("fresh");
});
