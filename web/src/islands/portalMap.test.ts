import { describe, expect, it } from "vitest";
import { layersOf, pageOf } from "./portalMap";

describe("the public map", () => {
  it("leads from a dot to the report's public page", () => {
    expect(pageOf("/reports/public/0/", 1234)).toBe("/reports/public/1234/");
  });

  it("shows counts from afar and single reports from near, never both", () => {
    const ends = layersOf(14).map((layer) => [layer["source-layer"], layer.minzoom, layer.maxzoom]);
    expect(ends).toEqual([["cells", undefined, 14], ["cells", undefined, 14], ["reports", 14, undefined]]);
  });
});
