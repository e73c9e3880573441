import { expect, test, vi } from "vitest";
import { words } from "./camera";
import { CameraPlayer, catchUp, joined, type Opened } from "./cameraPlayer";
import { moved, pageCount } from "./cameraWall";

test("a picture at the edge runs at its pace, a late one faster, a very late one jumps", () => {
  expect(catchUp(9.9, 0, 10)).toEqual({ rate: 1 });
  expect(catchUp(9.5, 0, 10)).toEqual({ rate: 1.1 });
  expect(catchUp(5, 0, 10)).toEqual({ jump: 9.9, rate: 1 });
  expect(catchUp(0, 8, 10).jump).toBeCloseTo(9.9);
  expect(catchUp(0, 8, 8.02).jump).toBe(8);
  expect(catchUp(30, 0, 10).jump).toBeCloseTo(9.9);
});

test("what came while the buffer was busy goes in as one", () => {
  const parts = [new Uint8Array([1, 2]), new Uint8Array([]), new Uint8Array([3])].map((part) => part.buffer);
  expect([...joined(parts)]).toEqual([1, 2, 3]);
});

test("every state has words but the one that shows the picture", () => {
  expect(words("live", "")).toBe("");
  expect(words("lost", "silent")).toContain("no picture");
  expect(words("refused", "Not now")).toBe("Not now");
  for (const state of ["waiting", "lost", "refused", "unsupported", "over"] as const) {
    expect(words(state, "")).not.toBe("");
  }
});

test("arrow keys stay on the page of the wall", () => {
  expect(moved(0, "ArrowRight", 2, 4)).toBe(1);
  expect(moved(1, "ArrowDown", 2, 4)).toBe(3);
  expect(moved(0, "ArrowUp", 2, 4)).toBe(0);
  expect(moved(3, "ArrowRight", 2, 4)).toBe(3);
  expect([pageCount(0, 4), pageCount(4, 4), pageCount(5, 4)]).toEqual([1, 1, 2]);
});

test("a quick restart leaves one connection open, whichever answer comes last", async () => {
  const sockets: string[] = [];
  class Socket extends EventTarget {
    constructor(url: string) {
      super();
      sockets.push(url);
    }
    close(): void {
      sockets.splice(0);
    }
  }
  vi.stubGlobal("WebSocket", Socket);
  const answers: ((opened: Opened) => void)[] = [];
  const open = (): Promise<Opened> => new Promise((resolve) => answers.push(resolve));
  const told: string[] = [];
  const player = new CameraPlayer(document.createElement("video"), { open, renew: open }, (state) => told.push(state));
  const first = player.open();
  const second = player.open();
  const opened = { kind: "fmp4", ticket: "t", until: "" } as const;
  answers[1]?.({ ...opened, url: "ws://second/" });
  await second;
  answers[0]?.({ ...opened, url: "ws://first/" });
  await first;
  expect(sockets).toEqual(["ws://second/"]);
  expect(told).toEqual(["waiting", "waiting"]);
  player.close();
  expect(sockets).toEqual([]);
  vi.unstubAllGlobals();
});
