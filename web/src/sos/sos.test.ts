import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Outbox, type Post, type Reply } from "../offline/queue";
import { BOX, carrying, Courier, jsonPost } from "./carry";
import { holdable, type Held } from "./hold";
import { smsLink, smsText, type Fix } from "./sms";
import { metres, worth } from "./track";

const KEY = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const FIX: Fix = { lon: 105.8861, lat: 21.4031, accuracy_m: 19.6, at: "2026-11-25T10:35:00.000Z" };

function button(): { element: HTMLButtonElement; on: Record<keyof Held, ReturnType<typeof vi.fn>>; undo: () => void } {
  document.body.innerHTML = "<button>SOS</button>";
  const element = document.querySelector("button")!;
  const on = { progress: vi.fn(), begun: vi.fn(), held: vi.fn(), tapped: vi.fn() };
  return { element, on, undo: holdable(element, on) };
}
const key = (type: string, name: string, repeat = false): KeyboardEvent => new KeyboardEvent(type, { key: name, repeat, cancelable: true });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "requestAnimationFrame", "cancelAnimationFrame"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("calls once after two seconds, and not before", () => {
  const { element, on } = button();
  element.dispatchEvent(new Event("pointerdown"));
  vi.advanceTimersByTime(1999);
  expect(on.held).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(on.held).toHaveBeenCalledOnce();
  element.dispatchEvent(new Event("pointerup"));
  vi.advanceTimersByTime(5000);
  expect(on.held).toHaveBeenCalledOnce();
  expect(on.tapped).not.toHaveBeenCalled();
});

it("a tap alone does nothing and says so", () => {
  const { element, on } = button();
  element.dispatchEvent(new Event("pointerdown"));
  vi.advanceTimersByTime(300);
  element.dispatchEvent(new Event("pointerup"));
  vi.advanceTimersByTime(5000);
  expect(on.held).not.toHaveBeenCalled();
  expect(on.tapped).toHaveBeenCalledOnce();
  expect(on.progress).toHaveBeenLastCalledWith(0);
});

it.each([" ", "Enter"])("holds by the key %j, whose repeats count once", (name) => {
  const { element, on } = button();
  element.dispatchEvent(key("keydown", name));
  vi.advanceTimersByTime(1000);
  element.dispatchEvent(key("keydown", name, true));
  vi.advanceTimersByTime(1000);
  expect(on.held).toHaveBeenCalledOnce();
  expect(on.begun).toHaveBeenCalledOnce();
});

it("is let go by another key's owner, a lost focus and its own end", () => {
  const { element, on, undo } = button();
  element.dispatchEvent(key("keydown", "a"));
  expect(on.begun).not.toHaveBeenCalled();
  element.dispatchEvent(key("keydown", " "));
  element.dispatchEvent(new Event("blur"));
  expect(on.tapped).toHaveBeenCalledOnce();
  undo();
  element.dispatchEvent(new Event("pointerdown"));
  vi.advanceTimersByTime(3000);
  expect(on.held).not.toHaveBeenCalled();
});

it("writes the SMS that the server reads", () => {
  const at = new Date("2026-11-25T10:35:00Z");
  const text = smsText("accident", FIX, at, KEY);
  expect(text).toBe("SOS accident 21.403100,105.886100 ±20m 17:35 25/11/2026 #3f2504e0");
  expect(text.length).toBeLessThanOrEqual(70);
  expect(smsText("", undefined, at, "x")).toBe("SOS ? ? 17:35 25/11/2026");
  expect(smsLink("0900000114", "SOS ±")).toBe("sms:0900000114?body=SOS%20%C2%B1");
});

it("keeps a fix that is young or far enough", () => {
  const near = { ...FIX, at: "2026-11-25T10:35:02.000Z" };
  expect(worth(undefined, FIX)).toBe(true);
  expect(worth(FIX, near)).toBe(false);
  expect(worth(FIX, { ...near, lat: 21.4033 })).toBe(true);
  expect(worth(FIX, { ...near, at: "2026-11-25T10:35:05.000Z" })).toBe(true);
  expect(metres(FIX, { ...FIX, lat: FIX.lat + 0.001 })).toBeCloseTo(111.3, 0);
});

it("carries the call first; what follows it goes to the address of its answer", async () => {
  vi.useRealTimers();
  const outbox = new Outbox("sos-test-carry");
  const asked: string[] = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    asked.push(url);
    expect(init.credentials).toBe("omit");
    const body = url === "/sos/send/" ? { code: "7K3M", follow: "/sos/abc/" } : { code: "7K3M" };
    return Promise.resolve(new Response(JSON.stringify(body), { status: 201, headers: { "Content-Type": "application/json" } }));
  });
  await outbox.put(jsonPost("details", `call:${KEY}:details/`, { kind: "fire" }));
  await outbox.flush(carrying(outbox), BOX);
  expect(asked).toEqual([]);
  await outbox.put(jsonPost(KEY, "/sos/send/", { key: KEY }));
  await outbox.send(KEY, carrying(outbox));
  await outbox.flush(carrying(outbox), BOX);
  expect(asked).toEqual(["/sos/send/", "/sos/abc/details/"]);
  expect(await outbox.waiting(BOX)).toEqual([]);
});

it("tries again by itself, later each time, until it has arrived", async () => {
  vi.useRealTimers();
  const outbox = new Outbox("sos-test-courier");
  const replies: Reply[] = [{ kind: "later", problem: "" }, { kind: "sent", answer: { follow: "/sos/abc/" } }];
  const seen: Post[] = [];
  const courier = new Courier(outbox, (post) => {
    seen.push(post);
    return Promise.resolve(replies.shift()!);
  });
  await outbox.put(jsonPost(KEY, "/sos/send/", { key: KEY }));
  courier.wake();
  await vi.waitFor(async () => { expect(await outbox.sent(BOX)).toHaveLength(1); }, 6000);
  expect(seen.map((post) => post.key)).toEqual([KEY, KEY]);
  courier.stop();
}, 10_000);
