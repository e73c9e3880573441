// The way to the incident on a map, drawn when it is opened; without a network from what the phone has kept.
// <details data-island="crew-map" data-map data-lon data-lat data-way="GeoJSON"><div data-map-box>

import type { Geometry, Position } from "geojson";
import type { MapConfig } from "../islands/map/config";

/** Every corner of a way, however many pieces it has. */
export function corners(way: Geometry | undefined): Position[] {
  if (way?.type === "LineString") return way.coordinates;
  return way?.type === "MultiLineString" ? way.coordinates.flat() : [];
}

async function draw(root: HTMLElement): Promise<void> {
  const box = root.querySelector<HTMLElement>("[data-map-box]");
  if (!box) return;
  const [answer, { makeMap, maplibre }] = await Promise.all([fetch(root.dataset["map"] ?? ""), import("../islands/map/view")]);
  const map = await makeMap(box, { ...((await answer.json()) as MapConfig), layers: [] });
  const spot: [number, number] = [Number(root.dataset["lon"]), Number(root.dataset["lat"])];
  const bounds = new maplibre.LngLatBounds(spot, spot);
  const told = root.dataset["way"];
  const way = told ? (JSON.parse(told) as Geometry) : undefined;
  if (way) {
    map.addSource("way", { type: "geojson", data: way });
    const paint = { "line-color": "#1d4ed8", "line-width": 5, "line-opacity": 0.85 };
    map.addLayer({ id: "way", type: "line", source: "way", paint, layout: { "line-cap": "round", "line-join": "round" } });
    for (const corner of corners(way)) bounds.extend(corner as [number, number]);
  }
  const element = Object.assign(document.createElement("span"), { className: "field-pin", textContent: "!" });
  new maplibre.Marker({ element }).setLngLat(spot).addTo(map);
  map.fitBounds(bounds, { padding: 36, maxZoom: 15, animate: false });
}

export function mount(root: HTMLElement): undefined {
  const onToggle = (): void => {
    if (!(root as HTMLDetailsElement).open) return;
    root.removeEventListener("toggle", onToggle);
    void draw(root).catch(() => undefined);
  };
  root.addEventListener("toggle", onToggle);
  return undefined;
}
