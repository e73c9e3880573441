// A base map from one file of the house's own: Protomaps' layers in Vietnamese, nothing from elsewhere.

import { layers, namedFlavor } from "@protomaps/basemaps";
import type { LayerSpecification, RequestParameters, StyleSpecification } from "maplibre-gl";
import { addProtocol } from "maplibre-gl";
import { Protocol } from "pmtiles";
import type { MapConfig } from "./config";
import { baseLayers, EMPTY, overlays, sources } from "./style";

/** They are nothing but pictures, and pictures would come from a sprite. */
const PICTURES = new Set(["roads_shields", "roads_oneway"]);
/** Of our own base: the edges of units, which no base map has as they are today. */
const EDGES = new Set(["edge-commune", "edge-province"]);
let known = false;

/** `pmtiles://` addresses are read from now on. */
export function readPmtiles(): void {
  if (known) return;
  addProtocol("pmtiles", new Protocol().tile);
  known = true;
}

function withoutPictures(layer: LayerSpecification): LayerSpecification {
  if (layer.type !== "symbol") return layer;
  const layout = Object.fromEntries(Object.entries(layer.layout ?? {}).filter(([name]) => !name.startsWith("icon-")));
  return { ...layer, layout };
}

export function protomapsLayers(config: MapConfig, dark: boolean): LayerSpecification[] {
  const drawn = layers("protomaps", namedFlavor(dark ? "dark" : "light"), { lang: "vi" });
  const edges = baseLayers(dark, config.scale).filter((layer) => EDGES.has(layer.id));
  return [...drawn.filter((layer) => !PICTURES.has(layer.id)).map(withoutPictures), ...edges, ...overlays(config, dark)];
}

export function protomapsStyle(config: MapConfig, dark: boolean, origin = location.origin): StyleSpecification {
  return {
    version: 8,
    ...(config.base.glyphs ? { glyphs: origin + config.base.glyphs } : {}),
    sources: {
      protomaps: {
        type: "vector", url: `pmtiles://${new URL(config.base.url, origin).href}`,
        attribution: "© OpenStreetMap, Protomaps",
      },
      base: EMPTY,
      "base-names": EMPTY,
      ...sources(config),
    },
    layers: protomapsLayers(config, dark),
  };
}

/** Our own layers name fonts as browsers do; the file's letters lie under the names of three faces. */
export function lettersOf(url: string): RequestParameters {
  if (!url.endsWith(".pbf")) return { url };
  const parts = url.split("/");
  const stack = decodeURIComponent(parts[parts.length - 2] ?? "");
  if (stack.includes(",")) parts[parts.length - 2] = stack.includes("Bold") ? "Noto%20Sans%20Medium" : "Noto%20Sans%20Regular";
  return { url: parts.join("/") };
}
