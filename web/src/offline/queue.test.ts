import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { byFetch, judged } from "./carriers";
import { formOf, Outbox, partsOf, type Post, type Reply } from "./queue";

let outbox: Outbox;
let count = 0;

beforeEach(() => {
  outbox = new Outbox(`test-${++count}`);
});
afterEach(async () => {
  await outbox.close();
  vi.unstubAllGlobals();
});

const draft = (key: string, box = "reports") => ({
  key,
  box,
  url: "/reports/send/",
  label: "Ống nước vỡ",
  parts: [
    { name: "text", value: "Nước tràn" },
    { name: "photos", bytes: new Uint8Array([255, 216, 1]).buffer, type: "image/jpeg", filename: "a.jpg" },
  ],
});
const sent: Reply = { kind: "sent", answer: { code: "7K3M-Q0ZD" } };
const later: Reply = { kind: "later", problem: "" };

it("keeps a draft with its photo until it is answered, and then its code", async () => {
  await outbox.put(draft("a"));
  await outbox.flush(() => Promise.resolve(later));
  const [waiting] = await outbox.waiting("reports");
  expect(waiting).toMatchObject({ key: "a", state: "waiting", tries: 1 });
  await outbox.flush(() => Promise.resolve(sent));
  expect(await outbox.waiting("reports")).toEqual([]);
  const [row] = await outbox.sent("reports");
  expect(row).toMatchObject({ key: "a", label: "Ống nước vỡ", answer: { code: "7K3M-Q0ZD" } });
});

it("carries a post once, even when page and worker flush together", async () => {
  await outbox.put(draft("a"));
  const carry = vi.fn(() => new Promise<Reply>((resolve) => setTimeout(resolve, 20, sent)));
  await Promise.all([outbox.flush(carry), outbox.flush(carry), outbox.send("a", carry)]);
  expect(carry).toHaveBeenCalledTimes(1);
});

it("sends the same key again after a lost reply", async () => {
  const keys: string[] = [];
  await outbox.put(draft("a"));
  await outbox.flush((post: Post) => {
    keys.push(post.key);
    return Promise.resolve(later);
  });
  await outbox.flush((post: Post) => {
    keys.push(post.key);
    return Promise.resolve(sent);
  });
  expect(keys).toEqual(["a", "a"]);
});

it("stops at the first that cannot leave, and leaves refused ones to the person", async () => {
  await outbox.put(draft("a"));
  await outbox.put(draft("b"));
  const refuse = vi.fn(() => Promise.resolve<Reply>({ kind: "refused", problem: "Ngoài tỉnh", field: "place" }));
  await outbox.flush(refuse);
  expect((await outbox.waiting()).map((post) => [post.state, post.problem, post.field])).toEqual([
    ["refused", "Ngoài tỉnh", "place"],
    ["refused", "Ngoài tỉnh", "place"],
  ]);
  const carry = vi.fn(() => Promise.resolve(later));
  await outbox.flush(carry);
  expect(carry).not.toHaveBeenCalled();
  await outbox.put(draft("c"));
  await outbox.put(draft("d"));
  await outbox.flush(carry);
  expect(carry).toHaveBeenCalledTimes(1);
});

it("does not hold one box up for another", async () => {
  await outbox.put(draft("a", "field"));
  await outbox.put(draft("b", "field"));
  await outbox.put(draft("c"));
  const carry = vi.fn((post: Post) => Promise.resolve(post.box === "field" ? later : sent));
  await outbox.flush(carry);
  expect(carry.mock.calls.map(([post]) => post.key)).toEqual(["a", "c"]);
  expect((await outbox.waiting()).map((post) => post.key)).toEqual(["a", "b"]);
});

it("leaves other boxes alone and a cancelled post at home", async () => {
  await outbox.put(draft("a"));
  await outbox.put(draft("b", "field"));
  await outbox.cancel("a");
  const carry = vi.fn(() => Promise.resolve(sent));
  await outbox.flush(carry, "reports");
  expect(carry).not.toHaveBeenCalled();
  expect((await outbox.waiting("field")).map((post) => post.key)).toEqual(["b"]);
});

it("tells whoever watches", async () => {
  const changed = vi.fn();
  const stop = outbox.watch(changed);
  await outbox.put(draft("a"));
  expect(changed).toHaveBeenCalled();
  changed.mockClear();
  stop();
  await outbox.cancel("a");
  expect(changed).not.toHaveBeenCalled();
});

it("turns a form into parts and back", async () => {
  const data = new FormData();
  data.append("csrfmiddlewaretoken", "old");
  data.append("text", "Nước");
  data.append("photos", new File(["xyz"], "a.jpg", { type: "image/jpeg" }));
  data.append("empty", new File([], ""));
  const parts = await partsOf(data, ["csrfmiddlewaretoken"]);
  expect(parts.map((part) => part.name)).toEqual(["text", "photos"]);
  const file = formOf(parts).get("photos") as File;
  expect([file.name, file.type, await file.text()]).toEqual(["a.jpg", "image/jpeg", "xyz"]);
});

it.each([
  [201, "application/json", '{"code":"X"}', { kind: "sent", answer: { code: "X" } }],
  [200, "text/html", "<html>", { kind: "later", problem: "200" }], // a sign-in page, or a hotel's
  [302, "", "", { kind: "later", problem: "302" }],
  [503, "text/html", "", { kind: "later", problem: "503" }],
  [429, "text/html", "", { kind: "later", problem: "429" }],
  [413, "text/html", "", { kind: "refused", problem: "413", field: "" }],
  [
    422,
    "application/problem+json",
    '{"detail":"d","errors":[{"field":"place","message":"Ngoài tỉnh"}]}',
    { kind: "refused", problem: "Ngoài tỉnh", field: "place" },
  ],
])("judges %i %s", (status, kind, body, reply) => {
  expect(judged(status, kind, body)).toEqual(reply);
});

it("asks for a token of the moment, and waits when nobody answers", async () => {
  await outbox.put(draft("a"));
  const post = (await outbox.get("a"))!;
  const calls: [string, RequestInit | undefined][] = [];
  vi.stubGlobal("fetch", (url: string, options?: RequestInit) => {
    calls.push([url, options]);
    return Promise.resolve(Response.json(url === "/reports/token/" ? { token: "fresh" } : { code: "X" }));
  });
  expect(await byFetch(post)).toEqual({ kind: "sent", answer: { code: "X" } });
  expect(calls[1]![1]!.headers).toMatchObject({ "X-CSRFToken": "fresh", "Idempotency-Key": "a" });
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
  expect(await byFetch(post)).toEqual({ kind: "later", problem: "" });
});
