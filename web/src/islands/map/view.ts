// Makes the map itself: worker, style, base outlines, controls, and its repainting when the theme changes.

import * as maplibre from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { FeatureCollection } from "geojson";
import { gettext } from "../../words";
import { isDark } from "../theme";
import { STATES, type MapConfig } from "./config";
import { drawMark, PIXEL_RATIO } from "./marks";
import { overlays, plainStyle, sources } from "./style";

maplibre.setWorkerUrl(workerUrl);
export { maplibre };

const WORDS = () => ({
  "NavigationControl.ZoomIn": gettext("Zoom in"),
  "NavigationControl.ZoomOut": gettext("Zoom out"),
  "FullscreenControl.Enter": gettext("Full screen"),
  "FullscreenControl.Exit": gettext("Leave full screen"),
  "Map.Title": gettext("Map"),
  "Marker.Title": gettext("Pin"),
});

/** The base that the house chose: what the map begins with, and its layers when the theme changes. */
interface Look {
  style: string | maplibre.StyleSpecification;
  layers: (dark: boolean) => maplibre.LayerSpecification[];
  transformRequest?: maplibre.RequestTransformFunction;
}

async function lookOf(config: MapConfig): Promise<Look> {
  if (config.base.kind === "style") return { style: config.base.url, layers: (dark) => overlays(config, dark) };
  if (config.base.kind === "plain") {
    return { style: plainStyle(config, isDark()), layers: (dark) => plainStyle(config, dark).layers };
  }
  const { lettersOf, protomapsLayers, protomapsStyle, readPmtiles } = await import("./protomaps");
  readPmtiles();
  return {
    style: protomapsStyle(config, isDark()),
    layers: (dark) => protomapsLayers(config, dark),
    transformRequest: lettersOf,
  };
}

export async function makeMap(box: HTMLElement, config: MapConfig): Promise<maplibre.Map> {
  const look = await lookOf(config);
  const map = new maplibre.Map({
    container: box,
    style: look.style,
    ...(look.transformRequest ? { transformRequest: look.transformRequest } : {}),
    center: config.center,
    zoom: config.zoom,
    ...(config.bounds ? { bounds: config.bounds, fitBoundsOptions: { padding: 24 } } : {}),
    minZoom: 3,
    attributionControl: false,
    locale: WORDS(),
    dragRotate: false,
    pitchWithRotate: false,
    fadeDuration: 100,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "bottom-right");
  map.addControl(new maplibre.ScaleControl({}), "bottom-left");
  if (config.base.kind !== "plain") map.addControl(new maplibre.AttributionControl({ compact: true }), "bottom-left");
  await map.once("load");
  if (config.base.kind === "style") addOverlays(map, config);
  else void fillBase(map, config.base.outlines ?? config.base.url);
  drawMarks(map, config);
  const repaint = () => {
    paint(map, look.layers(isDark()));
    drawMarks(map, config);
  };
  document.addEventListener("naoso:theme", repaint);
  map.once("remove", () => {
    document.removeEventListener("naoso:theme", repaint);
  });
  return map;
}

function addOverlays(map: maplibre.Map, config: MapConfig): void {
  for (const [id, source] of Object.entries(sources(config))) map.addSource(id, source);
  for (const layer of overlays(config, isDark())) map.addLayer(layer);
}

async function fillBase(map: maplibre.Map, url: string): Promise<void> {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(String(response.status));
    const base = (await response.json()) as FeatureCollection;
    const isName = (kind: string) => kind === "Point";
    const part = (names: boolean): FeatureCollection => ({
      type: "FeatureCollection",
      features: base.features.filter((feature) => isName(feature.geometry.type) === names),
    });
    await map.getSource<maplibre.GeoJSONSource>("base")?.setData(part(false));
    await map.getSource<maplibre.GeoJSONSource>("base-names")?.setData(part(true));
  } catch (error) {
    console.error("the base map could not be loaded", error);
  }
}

function drawMarks(map: maplibre.Map, config: MapConfig): void {
  for (const layer of config.layers) {
    for (const state of STATES) {
      const id = `${layer.slug}:${state}`;
      const image = drawMark(state, layer.glyph, isDark());
      if (map.hasImage(id)) map.updateImage(id, image);
      else map.addImage(id, image, { pixelRatio: PIXEL_RATIO });
    }
  }
}

function paint(map: maplibre.Map, layers: maplibre.LayerSpecification[]): void {
  for (const layer of layers) {
    for (const [name, value] of Object.entries((layer.paint ?? {}) as Record<string, never>)) {
      map.setPaintProperty(layer.id, name as Parameters<maplibre.Map["setPaintProperty"]>[1], value);
    }
  }
}
