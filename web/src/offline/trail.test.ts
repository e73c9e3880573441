import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { BATCH, stepOf, Trail, worth, type Step } from "./trail";

let trail: Trail;
let count = 0;

beforeEach(() => {
  trail = new Trail("7", `trail-${++count}`);
});
afterEach(async () => {
  await trail.close();
});

const at = (time: number, metresEast = 0, more: Partial<Step> = {}): Step => ({
  lon: 105.85 + metresEast / 103_600, lat: 21.47, time, ...more,
});

it("keeps the first, the far and the late ones, and no nonsense", () => {
  expect(worth(undefined, at(100))).toBe(true);
  expect(worth(at(100), at(105, 5))).toBe(false);
  expect(worth(at(100), at(105, 40))).toBe(true);
  expect(worth(at(100), at(115, 5))).toBe(true);
  expect(worth(at(100), at(90, 400))).toBe(false);
  expect(worth(undefined, at(100, 0, { accuracy: 3000 }))).toBe(false);
  expect(worth(undefined, { lon: 0, lat: 0, time: 100 })).toBe(false);
});

it("reads what the browser tells in the server's units", () => {
  const coords = { longitude: 105.8500001, latitude: 21.47, speed: 10, accuracy: 7.6 };
  expect(stepOf({ coords, timestamp: 1_700_000_000_500 } as GeolocationPosition)).toEqual({
    lon: 105.85, lat: 21.47, time: 1_700_000_000.5, speed: 36, accuracy: 8,
  });
  const still = { ...coords, speed: null };
  expect(stepOf({ coords: still, timestamp: 0 } as GeolocationPosition)).not.toHaveProperty("speed");
});

it("waits without a network and sends in order once there is one", async () => {
  for (let n = 0; n < 3; n++) await trail.add(at(100 + n * 20, n * 50));
  expect(await trail.flush(() => Promise.resolve("later"))).toBe(0);
  expect((await trail.waiting()).map((step) => step.time)).toEqual([100, 120, 140]);
  const carry = vi.fn<(steps: Step[]) => Promise<"taken">>(() => Promise.resolve("taken"));
  expect(await trail.flush(carry)).toBe(3);
  expect(carry.mock.calls[0]?.[0][0]).toEqual(at(100));
  expect(await trail.waiting()).toEqual([]);
});

it("goes in batches, once, even when two flushes meet", async () => {
  for (let n = 0; n < BATCH + 5; n++) await trail.add(at(100 + n * 20));
  const sizes: number[] = [];
  const carry = (steps: Step[]): Promise<"taken"> => {
    sizes.push(steps.length);
    return Promise.resolve("taken");
  };
  expect(await Promise.all([trail.flush(carry), trail.flush(carry)])).toEqual([BATCH + 5, 0]);
  expect(sizes).toEqual([BATCH, 5]);
});

it("drops what the server will never take, and leaves another account's alone", async () => {
  await trail.add(at(100));
  const other = new Trail("8", `trail-${count}`);
  expect(await other.waiting()).toEqual([]);
  expect(await trail.flush(() => Promise.resolve("refused"))).toBe(0);
  expect(await trail.waiting()).toEqual([]);
  await other.close();
});
