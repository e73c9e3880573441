import { describe, expect, it } from "vitest";
import { sector, viewOf, withSectors } from "./sector";

describe("what a camera looks at", () => {
  it("is a wedge with its point at the camera, as far as it sees", () => {
    const ring = sector(105.85, 21.47, { heading: 0, width: 90, reach: 111.195 }).coordinates[0] ?? [];
    expect(ring[0]).toEqual([105.85, 21.47]);
    expect(ring.at(-1)).toEqual(ring[0]);
    expect(Math.max(...ring.map(([, lat]) => lat ?? 0))).toBeCloseTo(21.471, 4);
    const [west, east] = [Math.min(...ring.map(([lon]) => lon ?? 0)), Math.max(...ring.map(([lon]) => lon ?? 0))];
    expect(105.85 - west).toBeCloseTo(east - 105.85, 6);
  });

  it("is a whole circle for a dome", () => {
    const ring = sector(105.85, 21.47, { heading: 30, width: 360, reach: 100 }).coordinates[0] ?? [];
    expect(ring).not.toContainEqual([105.85, 21.47]);
  });

  it("claims nothing where something is not known", () => {
    expect(viewOf({ heading: 90, width: null, reach: 100 })).toBeUndefined();
    expect(viewOf({ heading: 0, width: 400, reach: 100 })?.width).toBe(360);
    const point = { type: "Point" as const, coordinates: [105.85, 21.47] };
    const data = withSectors({
      type: "FeatureCollection",
      features: [
        { type: "Feature", id: "1", geometry: point, properties: { id: "1", heading: 0, width: 60, reach: 80 } },
        { type: "Feature", id: "2", geometry: point, properties: { id: "2" } },
      ],
    });
    expect(data.features.map((feature) => feature.geometry.type)).toEqual(["Polygon", "Point", "Point"]);
  });
});
