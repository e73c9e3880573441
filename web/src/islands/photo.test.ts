import { expect, it } from "vitest";
import { fitted } from "./photo";

it.each([
  [4000, 3000, 1600, 1200],
  [3000, 4000, 1200, 1600],
  [800, 600, 800, 600],
  [16000, 100, 1600, 10],
])("fits %i × %i into %i × %i", (width, height, w, h) => {
  expect(fitted(width, height)).toEqual({ width: w, height: h });
});
