// The map's own style: a plain base from unit outlines, and three drawn layers for each layer of features.

import type {
  ExpressionSpecification,
  FilterSpecification,
  LayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from "maplibre-gl";
import { RANK, STATES, type LayerConfig, type MapConfig, type State } from "./config";
import { COLOURS } from "./marks";

/** No glyphs address: the browser's own fonts draw the labels, Vietnamese marks included. */
const FONT = ["Noto Sans", "Segoe UI", "Roboto", "sans-serif"];
const FONT_BOLD = ["Noto Sans Bold", "Segoe UI Bold", "Roboto Bold", "sans-serif"];
const REGULAR = [FONT.join(",")];
const BOLD = [FONT_BOLD.join(",")];

interface Palette {
  water: string;
  land: string;
  home: string;
  edge: string;
  edgeStrong: string;
  ink: string;
  inkSoft: string;
  halo: string;
}
const LIGHT: Palette = {
  water: "#d5e3ea", land: "#eceff0", home: "#fbfbf8", edge: "#b9c4cb", edgeStrong: "#5f7280",
  ink: "#22313d", inkSoft: "#566672", halo: "#ffffff",
};
const DARK: Palette = {
  water: "#0b141b", land: "#121d26", home: "#182630", edge: "#2f404d", edgeStrong: "#7d93a3",
  ink: "#e3eaf0", inkSoft: "#9fb0bd", halo: "#0b141b",
};

export function palette(dark: boolean): Palette {
  return dark ? DARK : LIGHT;
}

function stateMatch(values: Record<State, string | number>, rest: string | number): ExpressionSpecification {
  const cases = STATES.flatMap((state) => [state, values[state]]);
  return ["match", ["get", "state"], ...cases, rest] as unknown as ExpressionSpecification;
}

const rank = stateMatch(RANK, RANK.normal);
const colour = stateMatch(COLOURS, COLOURS.normal);
const isHollow: ExpressionSpecification = ["in", ["get", "state"], ["literal", ["stale", "off"]]];

function label(p: Palette, size: number | ExpressionSpecification, soft = false) {
  return {
    layout: { "text-font": soft ? REGULAR : BOLD, "text-size": size, "text-max-width": 7 },
    paint: { "text-color": soft ? p.inkSoft : p.ink, "text-halo-color": p.halo, "text-halo-width": 1.4 },
  } as const;
}

export function baseLayers(dark: boolean, scale = 1): LayerSpecification[] {
  const p = palette(dark);
  const province: FilterSpecification = ["==", ["get", "level"], "province"];
  const commune: FilterSpecification = ["==", ["get", "level"], "commune"];
  const named = label(p, ["interpolate", ["linear"], ["zoom"], 8, 10 * scale, 12, 14 * scale], true);
  const grand = label(p, ["interpolate", ["linear"], ["zoom"], 5, 11 * scale, 10, 18 * scale]);
  return [
    { id: "water", type: "background", paint: { "background-color": p.water } },
    {
      id: "land", type: "fill", source: "base", filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": ["case", ["==", ["get", "home"], true], p.home, p.land] },
    },
    {
      id: "edge-commune", type: "line", source: "base", filter: commune, minzoom: 8,
      paint: { "line-color": p.edge, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.5, 13, 1.5] },
    },
    {
      id: "edge-province", type: "line", source: "base", filter: province,
      paint: { "line-color": p.edgeStrong, "line-width": ["interpolate", ["linear"], ["zoom"], 5, 0.8, 12, 2.2] },
    },
    {
      id: "name-commune", type: "symbol", source: "base-names", filter: commune, minzoom: 8.5, ...named,
      layout: { ...named.layout, "text-field": ["get", "name"] },
    },
    {
      id: "name-province", type: "symbol", source: "base-names", filter: province, maxzoom: 10, ...grand,
      layout: { ...grand.layout, "text-field": ["get", "name"], "text-letter-spacing": 0.08 },
    },
  ];
}

/** Hoàng Sa and Trường Sa, whatever base lies under them. */
export function sovereignLayer(dark: boolean): LayerSpecification {
  const look = label(palette(dark), ["interpolate", ["linear"], ["zoom"], 3, 10, 8, 15]);
  return {
    id: "name-own", type: "symbol", source: "own-names", ...look,
    layout: { ...look.layout, "text-field": ["get", "name"], "text-allow-overlap": true },
  };
}

export function sourceId(slug: string): string {
  return `layer-${slug}`;
}
export function clickable(layer: LayerConfig): string[] {
  return layer.kind === "area"
    ? [`${layer.slug}:area`, `${layer.slug}:mark`]
    : [`${layer.slug}:dot`, `${layer.slug}:mark`, `${layer.slug}:loud`];
}

function markLayer(layer: LayerConfig, dark: boolean, loud: boolean, scale: number): LayerSpecification {
  const p = palette(dark);
  return {
    id: `${layer.slug}:${loud ? "loud" : "mark"}`,
    type: "symbol",
    source: sourceId(layer.slug),
    layout: {
      "icon-image": ["concat", layer.slug, ":", ["get", "state"]],
      "icon-size": ["interpolate", ["linear"], ["zoom"], 7, 0.62 * scale, 11, 0.85 * scale, 15, 1.1 * scale],
      "icon-allow-overlap": loud,
      "icon-padding": 1,
      "symbol-sort-key": ["-", 0, rank],
      "text-field": ["step", ["zoom"], "", 10, ["get", "caption"]],
      "text-font": BOLD,
      "text-size": 11 * scale,
      "text-offset": [0, 1.5],
      "text-anchor": "top",
      "text-optional": true,
    },
    paint: {
      "text-color": ["case", isHollow, p.inkSoft, p.ink],
      "text-halo-color": p.halo,
      "text-halo-width": 1.5,
    },
  };
}

function pointLayers(layer: LayerConfig, dark: boolean, scale: number): LayerSpecification[] {
  const p = palette(dark);
  const dot: LayerSpecification = {
    id: `${layer.slug}:dot`,
    type: "circle",
    source: sourceId(layer.slug),
    paint: {
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 6, 2.5 * scale, 12, 5 * scale],
      "circle-color": ["case", isHollow, p.halo, colour],
      "circle-stroke-color": ["case", isHollow, COLOURS.stale, p.halo],
      "circle-stroke-width": 1.2,
    },
  };
  const marks = [dot, markLayer(layer, dark, false, scale), markLayer(layer, dark, true, scale)];
  return layer.sectors ? [...sectorLayers(layer), ...marks] : marks;
}

/** Near enough to tell one camera's view from its neighbour's. */
const SECTORS_FROM = 13;

/** What each feature looks at, below the marks. */
export function sectorLayers(layer: LayerConfig): LayerSpecification[] {
  const source = sourceId(layer.slug);
  return [
    {
      id: `${layer.slug}:sector`, type: "fill", source, minzoom: SECTORS_FROM,
      paint: { "fill-color": colour, "fill-opacity": ["case", isHollow, 0.08, 0.22] },
    },
    {
      id: `${layer.slug}:sector-edge`, type: "line", source, minzoom: SECTORS_FROM,
      paint: { "line-color": colour, "line-width": 1, "line-opacity": 0.7 },
    },
  ];
}

function areaLayers(layer: LayerConfig, dark: boolean, scale: number): LayerSpecification[] {
  const source = sourceId(layer.slug);
  return [
    {
      id: `${layer.slug}:area`, type: "fill", source,
      paint: { "fill-color": colour, "fill-opacity": ["case", isHollow, 0.06, 0.25] },
    },
    {
      id: `${layer.slug}:edge`, type: "line", source,
      paint: { "line-color": colour, "line-width": 2, "line-dasharray": [3, 1.5] },
    },
    markLayer(layer, dark, false, scale),
  ];
}

export function ringLayer(layer: LayerConfig, dark: boolean, scale = 1): LayerSpecification {
  return {
    id: `${layer.slug}:ring`,
    type: "circle",
    source: sourceId(layer.slug),
    filter: ["==", ["get", "id"], ""],
    paint: {
      "circle-radius": 23 * scale,
      "circle-color": "rgba(0,0,0,0)",
      "circle-stroke-color": dark ? "#4fd1dc" : "#0b5f66",
      "circle-stroke-width": 3,
    },
  };
}

export function overlayLayers(layer: LayerConfig, dark: boolean, scale = 1): LayerSpecification[] {
  const drawn = layer.kind === "area" ? areaLayers(layer, dark, scale) : [...pointLayers(layer, dark, scale), ringLayer(layer, dark, scale)];
  return layer.minzoom === undefined ? drawn : drawn.map((l) => ({ ...l, minzoom: Math.max(layer.minzoom ?? 0, l.minzoom ?? 0) }));
}

export const EMPTY: SourceSpecification = { type: "geojson", data: { type: "FeatureCollection", features: [] } };

export function sources(config: MapConfig): Record<string, SourceSpecification> {
  return {
    "own-names": {
      type: "geojson",
      data: {
        type: "FeatureCollection",
        features: config.labels.map(({ name, lon, lat }) => ({
          type: "Feature",
          properties: { name: name.normalize("NFC") },
          geometry: { type: "Point", coordinates: [lon, lat] },
        })),
      },
    },
    ...Object.fromEntries(config.layers.map((layer) => [sourceId(layer.slug), { ...EMPTY, promoteId: "id" }])),
  };
}

/** The first in the list lies on top, and its marks are placed before the others'. */
export function overlays(config: MapConfig, dark: boolean): LayerSpecification[] {
  return [sovereignLayer(dark), ...[...config.layers].reverse().flatMap((layer) => overlayLayers(layer, dark, config.scale))];
}

export function plainStyle(config: MapConfig, dark: boolean): StyleSpecification {
  return {
    version: 8,
    sources: { base: EMPTY, "base-names": EMPTY, ...sources(config) },
    layers: [...baseLayers(dark, config.scale), ...overlays(config, dark)],
  };
}

/** Which features of a layer show: the states ticked; the loud layer keeps to danger, sectors to what is drawn as one. */
export function stateFilter(shown: ReadonlySet<State>, part: string, sectors = false): FilterSpecification {
  const states = STATES.filter((s) => shown.has(s) && (part === "loud" ? s === "danger" : part !== "mark" || s !== "danger"));
  const ticked: FilterSpecification = ["in", ["get", "state"], ["literal", states]];
  if (!sectors) return ticked;
  return ["all", ticked, ["==", ["geometry-type"], part.startsWith("sector") ? "Polygon" : "Point"]] as FilterSpecification;
}
