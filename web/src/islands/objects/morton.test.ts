import { describe, expect, it, vi } from "vitest";
import type { KindConfig } from "./config";
import { Freshness, touched } from "./live";
import { packed, tileOf, tilesOf, within, withNeighbours } from "./morton";

/** What the server's `spread` does. */
function spot(x: number, y: number): bigint {
  let found = 0n;
  for (let bit = 0n; bit < 24n; bit++) {
    found |= ((BigInt(x) >> bit) & 1n) << (2n * bit);
    found |= ((BigInt(y) >> bit) & 1n) << (2n * bit + 1n);
  }
  return found;
}
/** 105.85° E, 21.47° N at zoom 24, reckoned as the database does. */
const X = Math.floor(((105.85 + 180) / 360) * 2 ** 24);
const LAT = (21.47 * Math.PI) / 180;
const Y = Math.floor(((1 - Math.log(Math.tan(LAT) + 1 / Math.cos(LAT)) / Math.PI) / 2) * 2 ** 24);

describe("spots", () => {
  it("come apart as they were put together, beyond 2⁵³ too", () => {
    const high = spot(2 ** 24 - 1, 2 ** 24 - 1);
    expect(high).toBe(2n ** 48n - 1n);
    expect([packed(high), packed(high >> 1n)]).toEqual([2 ** 24 - 1, 2 ** 24 - 1]);
    expect([packed(spot(X, Y)), packed(spot(X, Y) >> 1n)]).toEqual([X, Y]);
  });

  it.each([5, 11, 18, 24])("name the tile of zoom %i that holds them", (z) => {
    expect(tileOf(spot(X, Y), z)).toEqual({ z, x: Math.floor(X / 2 ** (24 - z)), y: Math.floor(Y / 2 ** (24 - z)) });
  });

  it("of neighbours share their tiles", () => {
    const tiles = tilesOf([String(spot(X, Y)), String(spot(X + 1, Y))]);
    expect(tiles.length).toBeGreaterThanOrEqual(14);
    expect(tiles.length).toBeLessThan(20);
    expect(new Set(tiles.map((tile) => tile.z))).toEqual(new Set([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]));
  });
});

it("a line reaches into the tiles beside its middle, a point does not", () => {
  const spots = [String(spot(X, Y))];
  expect(touched({ geometry: "point" } as KindConfig, spots)).toHaveLength(14);
  expect(touched({ geometry: "line" } as KindConfig, spots)).toHaveLength(8 + 6 * 9);
  expect(withNeighbours([{ z: 5, x: 0, y: 0 }])).toHaveLength(4);
});

it("knows whether a tile is on the screen", () => {
  const tile = tileOf(spot(X, Y), 12);
  expect(within(tile, { west: 105.8, south: 21.4, east: 105.9, north: 21.5 })).toBe(true);
  expect(within(tile, { west: 106.8, south: 21.4, east: 106.9, north: 21.5 })).toBe(false);
});

describe("freshness", () => {
  const bounds = { getWest: () => 105.8, getSouth: () => 21.4, getEast: () => 105.9, getNorth: () => 21.5 };
  const setting = (zoom: number) => {
    const map = { refreshTiles: vi.fn(), getZoom: () => zoom, getBounds: () => bounds };
    return { map, fresh: new Freshness(map as never, { geometry: "point" } as KindConfig) };
  };

  it("asks for the tiles of the spots alone, and remembers those of other zooms", () => {
    const { map, fresh } = setting(12.4);
    fresh.take({ spots: [String(spot(X, Y))], all: false });
    expect(map.refreshTiles).toHaveBeenCalledWith("objects", expect.arrayContaining([tileOf(spot(X, Y), 12)]));
    fresh.refresh();
    const again = map.refreshTiles.mock.calls[1]?.[1] as { z: number }[];
    expect(again).toHaveLength(13);
    expect(again.some((tile) => tile.z === 12)).toBe(false);
  });

  it("asks for everything when too many changed, and owes nothing then", () => {
    const { map, fresh } = setting(12);
    fresh.take({ spots: [], all: true });
    fresh.refresh();
    expect(map.refreshTiles.mock.calls).toEqual([["objects"]]);
  });
});
