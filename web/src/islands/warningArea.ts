// Where a warning counts: a polygon drawn on the map, or the centre of a circle. The form's fields stay the truth.
// <div data-island="warning-area" data-config="id of the map's JSON"> inside a form with polygon, lon, lat, radius_km

import type { FeatureCollection, Polygon, Position } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";
import { readConfig } from "../mount";
import { gettext } from "../words";
import type { MapConfig } from "./map/config";
import type { KindConfig } from "./objects/config";

const EARTH_KM = 6371.0088;
const STEPS = 64;
const SOURCE = "warning-area";
const COLOUR = "#c2410c";

/** `21.400000,105.800000 …`: latitude first, as CAP has it. */
export function written(ring: Position[]): string {
  return ring.map(([lon, lat]) => `${(lat ?? 0).toFixed(6)},${(lon ?? 0).toFixed(6)}`).join(" ");
}

/** The inverse; undefined where it is no polygon yet. */
export function ringOf(text: string): Position[] | undefined {
  const pairs = [...text.matchAll(/(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)/g)];
  const ring = pairs.map((pair): Position => [Number(pair[2]), Number(pair[1])]);
  const [first] = ring;
  const last = ring.at(-1);
  if (!first || !last || ring.length < 3) return undefined;
  return first[0] === last[0] && first[1] === last[1] ? ring : [...ring, first];
}

/** A circle on the ground, as a polygon. */
export function around(lon: number, lat: number, km: number): Polygon {
  const ring: Position[] = [];
  for (let step = 0; step <= STEPS; step += 1) {
    const bearing = (2 * Math.PI * step) / STEPS;
    const up = (km / EARTH_KM) * (180 / Math.PI);
    ring.push([lon + (up * Math.sin(bearing)) / Math.cos((lat * Math.PI) / 180), lat + up * Math.cos(bearing)]);
  }
  return { type: "Polygon", coordinates: [ring] };
}

class Fields {
  constructor(private readonly form: HTMLFormElement) {}

  field(name: string): HTMLInputElement | HTMLTextAreaElement | undefined {
    const found = this.form.elements.namedItem(name);
    return found instanceof HTMLInputElement || found instanceof HTMLTextAreaElement ? found : undefined;
  }

  get(name: string): string {
    return this.field(name)?.value.trim() ?? "";
  }

  set(name: string, value: string): void {
    const field = this.field(name);
    if (field) field.value = value;
  }

  number(name: string): number | undefined {
    const text = this.get(name).replace(",", ".");
    return text && Number.isFinite(Number(text)) ? Number(text) : undefined;
  }

  shown(): FeatureCollection {
    const polygons: Polygon[] = [];
    const ring = ringOf(this.get("polygon"));
    if (ring) polygons.push({ type: "Polygon", coordinates: [ring] });
    const [lon, lat, km] = [this.number("lon"), this.number("lat"), this.number("radius_km")];
    if (lon !== undefined && lat !== undefined) polygons.push(around(lon, lat, km ?? 0.05));
    return {
      type: "FeatureCollection",
      features: polygons.map((geometry) => ({ type: "Feature", geometry, properties: {} })),
    };
  }
}

function draw(map: MapLibre, fields: Fields): void {
  void map.getSource<GeoJSONSource>(SOURCE)?.setData(fields.shown());
}

function look(map: MapLibre, fields: Fields): void {
  const points = fields.shown().features.flatMap((one) => (one.geometry as Polygon).coordinates[0] ?? []);
  if (points.length === 0) return;
  const lons = points.map((point) => point[0] ?? 0);
  const lats = points.map((point) => point[1] ?? 0);
  map.fitBounds([Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)], { padding: 40, animate: false });
}

export async function mount(root: HTMLElement): Promise<(() => void) | undefined> {
  const form = root.closest("form");
  const box = root.querySelector<HTMLElement>(".map");
  const word = root.querySelector<HTMLElement>("[role=status]");
  if (!form || !box || !word) return undefined;
  const fields = new Fields(form);
  const [{ makeMap }, { Drawing }] = await Promise.all([import("./map/view"), import("./objects/draw")]);
  const map = await makeMap(box, readConfig(root) as MapConfig);
  map.addSource(SOURCE, { type: "geojson", data: fields.shown() });
  map.addLayer({ id: `${SOURCE}-fill`, type: "fill", source: SOURCE, paint: { "fill-color": COLOUR, "fill-opacity": 0.2 } });
  map.addLayer({ id: `${SOURCE}-line`, type: "line", source: SOURCE, paint: { "line-color": COLOUR, "line-width": 2 } });
  look(map, fields);
  const drawing = new Drawing(map, { geometry: "polygon" } as KindConfig, () => undefined);
  let placing = false;
  const acts: Record<string, () => void> = {
    polygon: () => {
      placing = false;
      word.textContent = gettext("Tap the corners; tap the last one twice.");
      drawing.area("polygon", (area) => {
        fields.set("polygon", written(area.coordinates[0] ?? []));
        word.textContent = gettext("The polygon is kept in the field below.");
        draw(map, fields);
      });
    },
    circle: () => {
      placing = true;
      word.textContent = gettext("Tap the centre of the circle.");
    },
    clear: () => {
      for (const name of ["polygon", "lon", "lat", "radius_km"]) fields.set(name, "");
      draw(map, fields);
    },
  };
  root.addEventListener("click", (event) => {
    const act = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-draw]")?.dataset["draw"] : "";
    acts[act ?? ""]?.();
  });
  map.on("click", (event) => {
    if (!placing) return;
    placing = false;
    fields.set("lon", event.lngLat.lng.toFixed(6));
    fields.set("lat", event.lngLat.lat.toFixed(6));
    if (!fields.get("radius_km")) fields.set("radius_km", "3");
    word.textContent = gettext("The circle is kept in the fields below.");
    draw(map, fields);
  });
  form.addEventListener("input", () => {
    draw(map, fields);
  });
  return () => {
    drawing.close();
    map.remove();
  };
}
