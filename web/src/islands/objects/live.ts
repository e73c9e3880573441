// Changes of others: exactly the tiles that hold them are fetched again, all only where too many changed.

import type { Map as MapLibre } from "maplibre-gl";
import { MOST_ZOOM, type KindConfig } from "./config";
import { nameOf, tilesOf, within, withNeighbours, type TileName } from "./morton";
import { SOURCE } from "./style";

export interface Changed {
  kind: string;
  ids: number[];
  spots: string[];
  all: boolean;
}
/** Lines and areas themselves are drawn from here on. */
const SHAPES_FROM = 13;

export function touched(kind: KindConfig, spots: readonly string[]): TileName[] {
  const tiles = tilesOf(spots);
  if (kind.geometry === "point") return tiles;
  const near = tiles.filter((tile) => tile.z >= SHAPES_FROM);
  return [...tiles.filter((tile) => tile.z < SHAPES_FROM), ...withNeighbours(near)];
}

/** A tile that is kept but not on the screen is fetched again when the map comes back to it. */
export class Freshness {
  private readonly old = new Map<string, TileName>();

  constructor(
    private readonly map: Pick<MapLibre, "refreshTiles" | "getBounds" | "getZoom">,
    private readonly kind: KindConfig,
  ) {}

  take(changed: Pick<Changed, "spots" | "all">): void {
    if (changed.all) {
      this.everything();
      return;
    }
    for (const tile of touched(this.kind, changed.spots)) this.old.set(nameOf(tile), tile);
    this.refresh();
  }

  everything(): void {
    this.old.clear();
    this.map.refreshTiles(SOURCE);
  }

  refresh(): void {
    if (!this.old.size) return;
    this.map.refreshTiles(SOURCE, [...this.old.values()]);
    const bounds = this.map.getBounds();
    const box = { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
    const z = Math.min(MOST_ZOOM, Math.floor(this.map.getZoom()));
    for (const [name, tile] of this.old) if (tile.z === z && within(tile, box)) this.old.delete(name);
  }
}
