// A small map of one camera: where it stands and what it looks at.
// <div data-island="field-of-view" data-lon data-lat data-heading data-width data-reach data-state>

import { stateOf, type MapConfig } from "./map/config";
import { COLOURS } from "./map/marks";
import { sector, viewOf } from "./map/sector";

const ZOOM = 15.5;
const SOURCE = "view";

function numberOf(text: string | undefined): number | null {
  return text ? Number(text) : null;
}

export async function mount(root: HTMLElement): Promise<() => void> {
  const [lon, lat] = [Number(root.dataset["lon"]), Number(root.dataset["lat"])];
  const [{ makeMap, maplibre }, config] = await Promise.all([
    import("./map/view"),
    fetch("/map/place.json").then((answer) => answer.json() as Promise<MapConfig>),
  ]);
  const near: MapConfig = { ...config, layers: [], center: [lon, lat], zoom: ZOOM };
  delete near.bounds;
  const map = await makeMap(root, near);
  const colour = COLOURS[stateOf(root.dataset["state"])];
  new maplibre.Marker({ color: colour }).setLngLat([lon, lat]).addTo(map);
  const view = viewOf({
    heading: numberOf(root.dataset["heading"]),
    width: numberOf(root.dataset["width"]),
    reach: numberOf(root.dataset["reach"]),
  });
  if (view) {
    const drawn = sector(lon, lat, view);
    map.addSource(SOURCE, { type: "geojson", data: { type: "Feature", geometry: drawn, properties: {} } });
    map.addLayer({ id: "view", type: "fill", source: SOURCE, paint: { "fill-color": colour, "fill-opacity": 0.3 } });
    map.addLayer({ id: "view-edge", type: "line", source: SOURCE, paint: { "line-color": colour, "line-width": 1.5 } });
    const ring = drawn.coordinates[0] ?? [];
    const bounds = new maplibre.LngLatBounds([lon, lat], [lon, lat]);
    for (const [east = lon, north = lat] of ring) bounds.extend([east, north]);
    map.fitBounds(bounds, { padding: 48, maxZoom: 17.5, animate: false });
  }
  return () => {
    map.remove();
  };
}
