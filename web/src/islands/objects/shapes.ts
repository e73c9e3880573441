// A shape as the drawing tool has it (single features) and as an object keeps it (one geometry, perhaps of several parts).

import type { Geometry, LineString, Point, Polygon, Position } from "geojson";

export type Single = Point | LineString | Polygon;
export const MODES = { Point: "point", LineString: "linestring", Polygon: "polygon" } as const;
const DECIMALS = 8;

function rounded(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toFixed(DECIMALS));
  return Array.isArray(value) ? value.map(rounded) : value;
}

/** Undefined for what cannot be reshaped by hand: areas with holes. */
export function parts(geometry: Geometry): Single[] | undefined {
  const singles = split(geometry);
  if (singles?.some((one) => one.type === "Polygon" && one.coordinates.length > 1)) return undefined;
  return singles?.map((one) => ({ ...one, coordinates: rounded(one.coordinates) }) as Single);
}

function split(geometry: Geometry): Single[] | undefined {
  switch (geometry.type) {
    case "Point":
    case "LineString":
    case "Polygon":
      return [geometry];
    case "MultiLineString":
      return geometry.coordinates.map((coordinates) => ({ type: "LineString", coordinates }));
    case "MultiPolygon":
      return geometry.coordinates.map((coordinates) => ({ type: "Polygon", coordinates }));
    default:
      return undefined;
  }
}

export function joined(singles: readonly Single[]): Geometry | undefined {
  const first = singles[0];
  if (!first || singles.length === 1) return first;
  if (first.type === "LineString") return { type: "MultiLineString", coordinates: singles.map((one) => one.coordinates as Position[]) };
  if (first.type === "Polygon") return { type: "MultiPolygon", coordinates: singles.map((one) => one.coordinates as Position[][]) };
  return first;
}

/** Every run of corners of a geometry: what can be snapped to. */
export function paths(geometry: Geometry): Position[][] {
  switch (geometry.type) {
    case "Point":
      return [[geometry.coordinates]];
    case "MultiPoint":
      return geometry.coordinates.map((one) => [one]);
    case "LineString":
      return [geometry.coordinates];
    case "MultiLineString":
    case "Polygon":
      return geometry.coordinates;
    case "MultiPolygon":
      return geometry.coordinates.flat();
    case "GeometryCollection":
      return geometry.geometries.flatMap(paths);
  }
}

/** South-west and north-east corner. */
export function boxOf(geometry: Geometry): [[number, number], [number, number]] | undefined {
  const all = paths(geometry).flat();
  if (!all.length) return undefined;
  const [lon, lat] = [all.map((at) => at[0] ?? 0), all.map((at) => at[1] ?? 0)];
  return [[Math.min(...lon), Math.min(...lat)], [Math.max(...lon), Math.max(...lat)]];
}
