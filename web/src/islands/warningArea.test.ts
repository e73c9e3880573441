import { expect, test } from "vitest";
import { around, ringOf, written } from "./warningArea";

test("a ring is written as CAP has it and read back closed", () => {
  const ring = [[105.8, 21.4], [105.9, 21.4], [105.9, 21.5], [105.8, 21.4]];
  expect(written(ring)).toBe("21.400000,105.800000 21.400000,105.900000 21.500000,105.900000 21.400000,105.800000");
  expect(ringOf(written(ring))).toEqual(ring);
  expect(ringOf("21.4,105.8 21.4,105.9\n21.5 , 105.9")).toEqual(ring);
  expect(ringOf("21.4,105.8")).toBeUndefined();
});

test("a circle has its radius on the ground", () => {
  const ring = around(105.8, 21.4, 3).coordinates[0] ?? [];
  const [north] = ring;
  const east = ring[16];
  expect(((north?.[1] ?? 0) - 21.4) * 111.195).toBeCloseTo(3, 2);
  expect(((east?.[0] ?? 0) - 105.8) * 111.195 * Math.cos((21.4 * Math.PI) / 180)).toBeCloseTo(3, 2);
});
