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

export async function makeMap(box: HTMLElement, config: MapConfig): Promise<maplibre.Map> {
  const map = new maplibre.Map({
    container: box,
    style: config.base.kind === "style" ? config.base.url : plainStyle(config, isDark()),
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
  await map.once("load");
  if (config.base.kind === "style") addOverlays(map, config);
  else void fillBase(map, config.base.url);
  drawMarks(map, config);
  const repaint = () => {
    paint(map, config);
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

function paint(map: maplibre.Map, config: MapConfig): void {
  const layers = config.base.kind === "style" ? overlays(config, isDark()) : plainStyle(config, isDark()).layers;
  for (const layer of layers) {
    for (const [name, value] of Object.entries((layer.paint ?? {}) as Record<string, never>)) {
      map.setPaintProperty(layer.id, name as Parameters<maplibre.Map["setPaintProperty"]>[1], value);
    }
  }
  drawMarks(map, config);
}
