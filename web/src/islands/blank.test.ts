import { describe, expect, it } from "vitest";
import { nudged, rectOf } from "./blank";

describe("boxes over a photo", () => {
  it("takes corners in any order and stays inside the photo", () => {
    expect(rectOf([90, 80], [-10, 20], 100, 100)).toEqual({ x: 0, y: 20, w: 90, h: 60 });
  });

  it("takes a click for no box", () => {
    expect(rectOf([50, 50], [51, 52], 100, 100)).toBeNull();
  });

  it("moves by arrows and sizes with shift, never beyond the edge", () => {
    const box = { x: 95, y: 0, w: 5, h: 10 };
    expect(nudged(box, "ArrowRight", false, 100, 100)).toEqual(box);
    expect(nudged(box, "ArrowDown", true, 100, 100)).toEqual({ ...box, h: 12 });
    expect(nudged(box, "ArrowLeft", false, 100, 100).x).toBe(93);
  });
});
