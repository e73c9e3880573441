import { expect, it } from "vitest";
import { judged } from "./sharing";
import { corners } from "./way";

it("finds the corners of a way in one piece and in several", () => {
  expect(corners(undefined)).toEqual([]);
  expect(corners({ type: "LineString", coordinates: [[1, 2], [3, 4]] })).toEqual([[1, 2], [3, 4]]);
  expect(corners({ type: "MultiLineString", coordinates: [[[1, 2], [3, 4]], [[5, 6], [7, 8]]] })).toHaveLength(4);
});

it("keeps positions where a sign-in page answers, and drops them where they are refused", () => {
  expect(judged(200, "application/json")).toBe("taken");
  expect(judged(200, "text/html")).toBe("later");
  expect([0, 302, 401, 403, 429, 503].map((status) => judged(status, ""))).toEqual(Array(6).fill("later"));
  expect(judged(422, "application/problem+json")).toBe("refused");
});
