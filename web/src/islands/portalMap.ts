// The public map of reports: counts from afar, single reports from near, both from vector tiles.
// <div data-island="portal-map" data-tiles="/…/{z}/{x}/{y}.mvt" data-page="/reports/public/0/" data-near="14">

import type { CircleLayerSpecification, Map as MapLibre, SymbolLayerSpecification } from "maplibre-gl";
import { fill, gettext } from "../words";
import type { MapConfig } from "./map/config";

const SOURCE = "public-reports";
/** Tiles are fetched up to this zoom; from nearer the same ones are drawn larger. */
const DEEPEST = 16;
const OPEN = ["new", "accepted", "waiting", "outside"];
const FONT = ["Noto Sans Bold,Segoe UI Bold,Roboto Bold,sans-serif"];

export function layersOf(near: number): (CircleLayerSpecification | SymbolLayerSpecification)[] {
  return [
    {
      id: "cells", type: "circle", source: SOURCE, "source-layer": "cells", maxzoom: near,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "count"]], 1, 10, 10, 15, 100, 26],
        "circle-color": ["case", [">", ["get", "open"], 0], "#b45309", "#15803d"],
        "circle-stroke-color": "#ffffff", "circle-stroke-width": 2,
      },
    },
    {
      id: "cell-counts", type: "symbol", source: SOURCE, "source-layer": "cells", maxzoom: near,
      layout: {
        "text-field": ["number-format", ["get", "count"], { locale: "vi" }],
        "text-font": FONT, "text-size": 12, "text-allow-overlap": true,
      },
      paint: { "text-color": "#ffffff" },
    },
    {
      id: "reports", type: "circle", source: SOURCE, "source-layer": "reports", minzoom: near,
      paint: {
        "circle-radius": 9,
        "circle-color": [
          "case", ["in", ["get", "state"], ["literal", OPEN]], "#b45309", ["==", ["get", "state"], "answered"], "#15803d",
          "#64748b",
        ],
        "circle-stroke-color": "#ffffff", "circle-stroke-width": 2,
      },
    },
  ];
}

/** The address of one report: the server gave that of number 0. */
export function pageOf(pattern: string, id: unknown): string {
  return pattern.replace(/\/0\/$/, `/${Number(id).toFixed(0)}/`);
}

function tellCount(map: MapLibre, word: HTMLElement | null): void {
  if (!word) return;
  const layer = map.getLayer("cells") && map.getZoom() < (map.getLayer("cells")?.maxzoom ?? 0) ? "cells" : "reports";
  const seen = new Map<string, number>();
  for (const found of map.queryRenderedFeatures({ layers: [layer] })) {
    const place = found.geometry.type === "Point" ? found.geometry.coordinates.join() : "";
    seen.set(String(found.properties["id"] ?? place), Number(found.properties["count"] ?? 1));
  }
  const count = [...seen.values()].reduce((sum, one) => sum + one, 0);
  word.textContent = fill(gettext("{count} reports on this part of the map"), { count: count.toLocaleString("vi") });
}

function listen(map: MapLibre, root: HTMLElement): void {
  const word = document.querySelector<HTMLElement>("[data-portal-word]");
  map.on("idle", () => {
    tellCount(map, word);
  });
  map.on("click", "cells", (event) => {
    map.easeTo({ center: event.lngLat, zoom: map.getZoom() + 2 });
  });
  map.on("click", "reports", (event) => {
    const id: unknown = event.features?.[0]?.properties["id"];
    if (id === undefined) return;
    const page = pageOf(root.dataset["page"] ?? "", id);
    if (window.self === window.top) location.assign(page);
    else window.open(page, "_blank", "noopener");
  });
  for (const layer of ["cells", "reports"]) {
    map.on("mouseenter", layer, () => {
      map.getCanvas().style.cursor = "pointer";
    });
    map.on("mouseleave", layer, () => {
      map.getCanvas().style.cursor = "";
    });
  }
}

export async function mount(root: HTMLElement): Promise<() => void> {
  const [{ makeMap }, answer] = await Promise.all([import("./map/view"), fetch("/map/place.json")]);
  const config = (await answer.json()) as MapConfig;
  const map = await makeMap(root, { ...config, layers: [] });
  const tiles = [new URL(root.dataset["tiles"] ?? "", location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")];
  map.addSource(SOURCE, { type: "vector", tiles, minzoom: 0, maxzoom: DEEPEST });
  for (const layer of layersOf(Number(root.dataset["near"]))) map.addLayer(layer);
  listen(map, root);
  return () => {
    map.remove();
  };
}
