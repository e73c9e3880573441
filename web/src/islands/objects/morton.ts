// Which tiles hold a changed object: spots are Morton numbers at zoom 24, x in the even bits.

import { LEAST_ZOOM, MOST_ZOOM } from "./config";

export interface TileName {
  z: number;
  x: number;
  y: number;
}
const SPOT_ZOOM = 24;
const EVEN = 0x5555555555555555n;

/** Every second bit, moved together: the reverse of spreading. */
export function packed(value: bigint): number {
  let v = value & EVEN;
  v = (v | (v >> 1n)) & 0x3333333333333333n;
  v = (v | (v >> 2n)) & 0x0f0f0f0f0f0f0f0fn;
  v = (v | (v >> 4n)) & 0x00ff00ff00ff00ffn;
  v = (v | (v >> 8n)) & 0x0000ffff0000ffffn;
  return Number((v | (v >> 16n)) & 0xffffffffn);
}

export function tileOf(spot: bigint, z: number): TileName {
  const within = spot >> BigInt(2 * (SPOT_ZOOM - z));
  return { z, x: packed(within), y: packed(within >> 1n) };
}

/** Each tile once, from the coarsest zoom that has tiles to the finest. */
export function tilesOf(spots: readonly string[], from = LEAST_ZOOM, to = MOST_ZOOM): TileName[] {
  const found = new Map<string, TileName>();
  for (const text of spots) {
    const spot = BigInt(text);
    for (let z = from; z <= to; z++) {
      const tile = tileOf(spot, z);
      found.set(nameOf(tile), tile);
    }
  }
  return [...found.values()];
}

export function nameOf({ z, x, y }: TileName): string {
  return `${z}/${x}/${y}`;
}

/** A line or an area may reach into the tiles beside the one that holds its middle. */
export function withNeighbours(tiles: readonly TileName[]): TileName[] {
  const found = new Map<string, TileName>();
  for (const { z, x, y } of tiles) {
    for (const dx of [-1, 0, 1]) {
      for (const dy of [-1, 0, 1]) {
        const beside = { z, x: x + dx, y: y + dy };
        if (beside.x >= 0 && beside.y >= 0 && beside.x < 2 ** z && beside.y < 2 ** z) found.set(nameOf(beside), beside);
      }
    }
  }
  return [...found.values()];
}

export interface Bounds {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** Whether a tile is on the screen at its own zoom. */
export function within({ z, x, y }: TileName, bounds: Bounds): boolean {
  const side = 2 ** z;
  const column = (lon: number) => Math.floor(((lon + 180) / 360) * side);
  const row = (lat: number) => {
    const phi = (lat * Math.PI) / 180;
    return Math.floor(((1 - Math.log(Math.tan(phi) + 1 / Math.cos(phi)) / Math.PI) / 2) * side);
  };
  return x >= column(bounds.west) && x <= column(bounds.east) && y >= row(bounds.north) && y <= row(bounds.south);
}
