// How a kind is drawn: counts in circles from afar, the objects themselves from near.

import type { ExpressionSpecification, FilterSpecification, LayerSpecification } from "maplibre-gl";
import { isDark } from "../theme";
import { fieldOf, OTHER, type KindConfig } from "./config";

export const SOURCE = "objects";
export const CELLS = ["cells", "cell-counts"];
export const DRAWN = ["object-areas", "object-lines", "object-points"];
const BOLD = ["Noto Sans Bold,Segoe UI Bold,Roboto Bold,sans-serif"];
const LABELS_FROM = 17;

/** The colour of a value: the choice's own, yes in the kind's tint, nothing in grey. */
export function colours(kind: KindConfig, name: string): [string, string][] {
  const field = fieldOf(kind, name);
  if (!field) return [];
  if (field.type === "boolean") return [["true", kind.tint], ["false", OTHER]];
  return field.choices.map((choice) => [choice.value, choice.colour || kind.tint]);
}

export function colourOf(kind: KindConfig, name: string): ExpressionSpecification | string {
  const known = colours(kind, name);
  if (!known.length) return kind.tint;
  return ["match", ["get", "v"], ...known.flat(), OTHER] as unknown as ExpressionSpecification;
}

function ink() {
  return isDark() ? { paper: "#0b141b", ink: "#e3eaf0", rim: "rgba(227,234,240,0.55)" } : { paper: "#ffffff", ink: "#22313d", rim: "#ffffff" };
}

function cellLayers(colour: ExpressionSpecification | string): LayerSpecification[] {
  const { rim } = ink();
  const base = { source: SOURCE, "source-layer": "cells" } as const;
  return [
    {
      id: "cells", type: "circle", ...base, layout: { "circle-sort-key": ["get", "n"] },
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["sqrt", ["get", "n"]], 1, 4, 1.4, 8, 3, 9, 10, 12, 40, 17, 150, 25],
        "circle-color": colour, "circle-opacity": 0.88, "circle-stroke-color": rim, "circle-stroke-width": isDark() ? 1 : 1.5,
      },
    },
    {
      id: "cell-counts", type: "symbol", ...base, filter: [">=", ["get", "n"], 2],
      layout: {
        "text-field": [
          "case", [">=", ["get", "n"], 10_000], ["concat", ["to-string", ["round", ["/", ["get", "n"], 1000]]], "k"],
          ["to-string", ["get", "n"]],
        ],
        "text-font": BOLD, "symbol-sort-key": ["-", 0, ["get", "n"]], "text-padding": 0,
        "text-size": ["interpolate", ["linear"], ["sqrt", ["get", "n"]], 1, 10, 10, 11, 40, 13],
      },
      paint: { "text-color": "#ffffff", "text-halo-color": "rgba(0,0,0,0.55)", "text-halo-width": 1.1 },
    },
  ];
}

function objectLayers(colour: ExpressionSpecification | string, hidden: string): LayerSpecification[] {
  const { paper, rim } = ink();
  const base = { source: SOURCE, "source-layer": "objects" } as const;
  const planned: ExpressionSpecification = ["==", ["get", "state"], "planned"];
  const there = (what: ExpressionSpecification): FilterSpecification => ["all", what, ["!", ringFilter(hidden)]];
  return [
    {
      id: "object-areas", type: "fill", ...base, filter: there(["==", ["geometry-type"], "Polygon"]),
      paint: { "fill-color": colour, "fill-opacity": ["case", planned, 0.15, 0.4] },
    },
    {
      id: "object-lines", type: "line", ...base, filter: there(["!=", ["geometry-type"], "Point"]),
      layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 12, 1.5, 18, 5] },
    },
    {
      id: "object-points", type: "circle", ...base, filter: there(["==", ["geometry-type"], "Point"]),
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 15, 4.5, 18, 8],
        "circle-color": ["case", planned, paper, colour],
        "circle-stroke-color": ["case", planned, colour, rim], "circle-stroke-width": ["case", planned, 2.5, 1.5],
      },
    },
  ];
}

/** The object that is open in the panel. */
export function ringFilter(id: string): ExpressionSpecification {
  return ["==", ["to-string", ["id"]], id];
}

function ringLayers(id: string): LayerSpecification[] {
  const base = { source: SOURCE, "source-layer": "objects" } as const;
  const colour = isDark() ? "#4fd1dc" : "#0b5f66";
  return [
    {
      id: "ring-line", type: "line", ...base, filter: ["all", ringFilter(id), ["!=", ["geometry-type"], "Point"]],
      paint: { "line-color": colour, "line-width": 5 },
    },
    {
      id: "ring-point", type: "circle", ...base, filter: ["all", ringFilter(id), ["==", ["geometry-type"], "Point"]],
      paint: { "circle-radius": 15, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": colour, "circle-stroke-width": 3 },
    },
  ];
}

function labelLayer(): LayerSpecification {
  const { paper, ink: letters } = ink();
  return {
    id: "object-labels", type: "symbol", source: SOURCE, "source-layer": "objects", minzoom: LABELS_FROM,
    layout: {
      "text-field": ["coalesce", ["get", "label"], ["get", "code"]], "text-font": BOLD, "text-size": 11,
      "text-offset": [0, 1.1], "text-anchor": "top", "text-optional": true, "text-max-width": 9,
    },
    paint: { "text-color": letters, "text-halo-color": paper, "text-halo-width": 1.4 },
  };
}

/** `open` is ringed; `hidden` is being reshaped, and drawn by the drawing tool meanwhile. */
export function layersOf(kind: KindConfig, colourBy: string, open = "", hidden = ""): LayerSpecification[] {
  const colour = colourOf(kind, colourBy);
  return [...objectLayers(colour, hidden), ...ringLayers(open), labelLayer(), ...cellLayers(colour)];
}
