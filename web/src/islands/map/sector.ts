// What a camera looks at: a sector of a circle, flat enough at its size.

import type { Feature, FeatureCollection, Polygon, Position } from "geojson";

const METRES_A_DEGREE = 111_195;
const STEP_DEG = 10;

export interface View {
  /** Degrees clockwise from north, and how wide. */
  heading: number;
  width: number;
  /** Metres. */
  reach: number;
}

/** Nothing is claimed where one of the three is not known. */
export function viewOf(properties: Record<string, unknown> | null): View | undefined {
  const [heading, width, reach] = ["heading", "width", "reach"].map((name) => properties?.[name]);
  if (typeof heading !== "number" || typeof width !== "number" || typeof reach !== "number") return undefined;
  return width > 0 && reach > 0 ? { heading, width: Math.min(360, width), reach } : undefined;
}

export function sector(lon: number, lat: number, view: View): Polygon {
  const steps = Math.max(2, Math.ceil(view.width / STEP_DEG));
  const arc: Position[] = Array.from({ length: steps + 1 }, (_, step) => {
    const towards = ((view.heading - view.width / 2 + (view.width * step) / steps) * Math.PI) / 180;
    const [east, north] = [Math.sin(towards) * view.reach, Math.cos(towards) * view.reach];
    return [lon + east / (METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180)), lat + north / METRES_A_DEGREE];
  });
  const centre: Position[] = view.width >= 360 ? [] : [[lon, lat]];
  const ring = [...centre, ...arc];
  return { type: "Polygon", coordinates: [[...ring, ring[0] ?? [lon, lat]]] };
}

/** The same features, and a sector for each that says where it looks. */
export function withSectors(data: FeatureCollection): FeatureCollection {
  const sectors = data.features.flatMap((feature): Feature[] => {
    const view = viewOf(feature.properties);
    if (feature.geometry.type !== "Point" || !view) return [];
    const [lon = 0, lat = 0] = feature.geometry.coordinates;
    const id = `sector-${String(feature.id)}`;
    return [{ type: "Feature", id, geometry: sector(lon, lat, view), properties: { id, state: feature.properties?.["state"] as unknown } }];
  });
  return { ...data, features: [...sectors, ...data.features] };
}
