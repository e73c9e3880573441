import { expect, it } from "vitest";
import { distance, length, ordered, type Spot } from "./route";

const HERE: Spot = { lon: 105.85, lat: 21.47 };
const at = (lon: number, lat: number): Spot => ({ lon: 105.85 + lon, lat: 21.47 + lat });

it("measures in metres", () => {
  expect(Math.round(distance(HERE, { lon: 105.85, lat: 21.48 }))).toBe(1112);
  expect(distance(HERE, HERE)).toBe(0);
});

it("visits what lies on the way and crosses no own path", () => {
  const [a, b, c, d] = [at(0.01, 0), at(0.02, 0.01), at(0.03, 0), at(0.04, 0.01)];
  expect(ordered(HERE, [d, b, a, c])).toEqual([a, b, c, d]);
  expect(ordered(HERE, [])).toEqual([]);
  expect(ordered(HERE, [b])).toEqual([b]);
});

it("is never longer than the nearest next, and within a tenth of the best of all orders", () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const all = (stops: Spot[]): Spot[][] =>
    stops.length < 2 ? [stops] : stops.flatMap((one, i) => all(stops.filter((_, j) => j !== i)).map((rest) => [one, ...rest]));
  for (let turn = 0; turn < 10; turn++) {
    const stops = Array.from({ length: 6 }, () => at(random() * 0.05, random() * 0.05));
    const best = Math.min(...all(stops).map((order) => length(HERE, order)));
    expect(length(HERE, ordered(HERE, stops))).toBeLessThan(best * 1.1);
  }
});

it("orders twenty stops at once", () => {
  const stops = Array.from({ length: 20 }, (_, i) => at(((i * 7) % 20) / 400, ((i * 13) % 20) / 400));
  const before = performance.now();
  expect(new Set(ordered(HERE, stops))).toEqual(new Set(stops));
  expect(performance.now() - before).toBeLessThan(500);
});
