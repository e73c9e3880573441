import type { Polygon } from "geojson";
import { describe, expect, it, vi } from "vitest";
import { addressOf, askedIn, placeIn, queryOf, withQuery } from "./address";
import type { KindConfig } from "./config";
import { readOpen } from "./panel";
import { boxOf, joined, parts, paths } from "./shapes";
import { onSegment, snapped } from "./snap";
import { colourOf, layersOf } from "./style";
import { breakdown, cellCard, titleOf } from "./words";

vi.mock("htmx.org", () => ({ default: { ajax: vi.fn() } }));

const kind = {
  tint: "#123456", colour: "health", states: [],
  fields: [
    { name: "health", type: "choice", choices: [{ value: "good", title: "Tốt", colour: "#0a0" }, { value: "poor", title: "Yếu" }] },
    { name: "protected", type: "boolean", choices: [] },
  ],
} as unknown as KindConfig;

describe("the address", () => {
  it("carries filter, colouring and place there and back", () => {
    const asked = { filter: "a = 'x & y'", colour: "" };
    const address = addressOf(asked, { zoom: 12.345, lat: 21.47, lon: 105.85 });
    const url = new URL(address, "http://x/objects/tree/");
    expect(askedIn(url.search)).toEqual(asked);
    expect(placeIn(url.hash)).toEqual({ zoom: 12.35, lat: 21.47, lon: 105.85 });
  });

  it("is bare where all is as usual", () => {
    expect(queryOf({ filter: "", colour: undefined })).toBe("");
    expect(withQuery("/a/", { b: "", c: undefined })).toBe("/a/");
  });

  it.each(["", "#1/2", "#a/b/c", "#10/91/0", "#99/1/1"])("takes no nonsense for a place: %s", (hash) => {
    expect(placeIn(hash)).toBeUndefined();
  });
});

describe("snapping", () => {
  const square = [[0, 0], [100, 0], [100, 100]] as const;
  it("prefers a corner to a line, and nothing to what is far", () => {
    expect(snapped([95, 5], [square])).toEqual([100, 0]);
    expect(snapped([50, 6], [square])).toEqual([50, 0]);
    expect(snapped([50, 50], [square])).toBeUndefined();
    expect(snapped([3, 3], [[[0, 0]]])).toEqual([0, 0]);
  });
  it("stays on a line of no length", () => {
    expect(onSegment([5, 5], [1, 1], [1, 1])).toEqual([1, 1]);
  });
});

describe("shapes", () => {
  const ring = [[0, 0], [1, 0], [1, 1], [0, 0]];
  it("come apart into single features and together again", () => {
    const many = { type: "MultiPolygon" as const, coordinates: [[ring], [ring]] };
    expect(joined(parts(many) ?? [])).toEqual(many);
    expect(paths(many)).toEqual([ring, ring]);
    expect(boxOf(many)).toEqual([[0, 0], [1, 1]]);
  });
  it("with holes are left alone", () => {
    expect(parts({ type: "Polygon", coordinates: [ring, ring] } satisfies Polygon)).toBeUndefined();
  });
});

describe("colours and words", () => {
  it("paint a value as the kind says, the rest grey", () => {
    expect(colourOf(kind, "health")).toEqual(["match", ["get", "v"], "good", "#0a0", "poor", "#123456", "#868e96"]);
    expect(colourOf(kind, "protected")).toEqual(["match", ["get", "v"], "true", "#123456", "false", "#868e96", "#868e96"]);
    expect(colourOf(kind, "")).toBe("#123456");
    expect(layersOf(kind, "health", "").map((layer) => layer.id)).toContain("cells");
  });
  it("tell a cell's parts by their titles", () => {
    expect(breakdown("a:b:3,:2,x:")).toEqual([["a:b", 3], ["", 2]]);
    expect(titleOf(kind, "health", "poor")).toBe("Yếu");
    expect(titleOf(kind, "health", "")).toBe("not stated");
    const card = cellCard(kind, "health", { n: 15, h: "good:12,poor:3" }, () => "#000000");
    expect(card.textContent).toContain("Tốt: 12");
    expect(card.querySelectorAll(".objects-dot")).toHaveLength(2);
  });
});

it("reads from the panel what the map has to show", () => {
  const body = document.createElement("div");
  expect(readOpen(body)).toEqual({ what: "nothing" });
  body.innerHTML = '<section data-objects-card="7"></section>';
  expect(readOpen(body)).toEqual({ what: "card", id: "7" });
  body.innerHTML = '<section data-objects-edit="7" data-objects-shape-url="/s"><input data-objects-shape></section>';
  expect(readOpen(body)).toMatchObject({ what: "form", id: "7", shapeUrl: "/s" });
  body.innerHTML = "<section data-objects-new><input data-objects-shape></section>";
  expect(readOpen(body).what).toBe("new");
  body.innerHTML = "<section data-objects-selection></section>";
  expect(readOpen(body).what).toBe("selection");
});
