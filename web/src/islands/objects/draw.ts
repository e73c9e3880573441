// Drawing on the map: a place for a new object, the shape of one, an area to select in.

import type { Geometry, Polygon, Position } from "geojson";
import type { Map as MapLibre } from "maplibre-gl";
import {
  TerraDraw, TerraDrawLineStringMode, TerraDrawModeUndoRedo, TerraDrawPointMode, TerraDrawPolygonMode, TerraDrawRectangleMode,
  TerraDrawSelectMode, TerraDrawSessionUndoRedo, type GeoJSONStoreFeatures, type SnapToCustom,
} from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import type { KindConfig } from "./config";
import { joined, MODES, parts, paths } from "./shapes";
import { snapped, type Pixel } from "./snap";
import { DRAWN } from "./style";

const ACCENT = "#0b7285";
const PAPER = "#ffffff";
const REACH_PX = 14;
export type Area = "box" | "polygon";
const LOOK = {
  selectedPointColor: ACCENT, selectedPointWidth: 9, selectedPointOutlineColor: PAPER, selectedPointOutlineWidth: 3,
  selectedLineStringColor: ACCENT, selectedLineStringWidth: 5, selectedPolygonColor: ACCENT, selectedPolygonOutlineColor: ACCENT,
  selectedPolygonOutlineWidth: 3, selectedPolygonFillOpacity: 0.25, selectionPointWidth: 6, selectionPointColor: PAPER,
  selectionPointOutlineColor: ACCENT, selectionPointOutlineWidth: 3, midPointColor: ACCENT, midPointWidth: 4,
} as const;
const AREA_LOOK = { fillColor: ACCENT, fillOpacity: 0.12, outlineColor: ACCENT, outlineWidth: 2.5 } as const;

export class Drawing {
  private readonly draw: TerraDraw;
  private own = "";
  private untouched = "";
  private finished: ((geometry: Geometry) => void) | undefined;

  constructor(
    private readonly map: MapLibre,
    private readonly kind: KindConfig,
    /** Undefined while the shape is what it was. */
    private readonly onChange: (geometry: Geometry | undefined) => void,
  ) {
    const toCustom: SnapToCustom = (event) => this.near([event.containerX, event.containerY]);
    const coordinates = { draggable: true, midpoints: true, deletable: true, snappable: { toCustom } };
    this.draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, prefixId: "draw" }),
      modes: [
        new TerraDrawPointMode({ styles: { pointColor: ACCENT, pointWidth: 9, pointOutlineColor: PAPER, pointOutlineWidth: 3 } }),
        new TerraDrawLineStringMode({ snapping: { toCustom }, styles: { lineStringColor: ACCENT, lineStringWidth: 4 } }),
        new TerraDrawPolygonMode({ snapping: { toCustom }, styles: AREA_LOOK }),
        new TerraDrawPolygonMode({ modeName: "area", styles: AREA_LOOK }),
        new TerraDrawRectangleMode({ styles: AREA_LOOK }),
        new TerraDrawSelectMode({
          allowManualDeselection: false, styles: LOOK,
          flags: { point: { feature: { draggable: true } }, linestring: { feature: { draggable: true, coordinates } }, polygon: { feature: { draggable: true, coordinates } } },
        }),
      ],
      undoRedo: { modeLevel: new TerraDrawModeUndoRedo(), sessionLevel: new TerraDrawSessionUndoRedo() },
    });
    this.draw.start();
    this.draw.on("change", () => {
      const geometry = this.geometry();
      this.onChange(JSON.stringify(geometry) === this.untouched ? undefined : geometry);
    });
    this.draw.on("finish", (id, { action }) => {
      if (action === "draw") this.done();
      else this.settle(String(id));
    });
  }

  /** A new object: its kind's own shape, drawn from nothing; afterwards it can be mended. */
  begin(finished: (geometry: Geometry) => void): void {
    this.finished = (geometry) => {
      this.select();
      finished(geometry);
    };
    this.draw.setMode({ point: "point", line: "linestring", polygon: "polygon" }[this.kind.geometry]);
  }

  /** False where the shape cannot be changed by hand. */
  edit(id: string, geometry: Geometry): boolean {
    const singles = parts(geometry);
    if (!singles) return false;
    this.own = id;
    this.untouched = JSON.stringify(joined(singles));
    const features = singles.map((one): GeoJSONStoreFeatures => ({
      type: "Feature", geometry: one, properties: { mode: MODES[one.type] },
    }));
    const taken = this.draw.addFeatures(features).every((answer) => answer.valid);
    this.draw.clearUndoRedoHistory();
    if (taken) this.select();
    return taken;
  }

  area(how: Area, finished: (area: Polygon) => void): void {
    this.finished = (geometry) => {
      this.draw.setMode("static");
      if (geometry.type === "Polygon") finished(geometry);
    };
    this.draw.setMode(how === "box" ? "rectangle" : "area");
  }

  private done(): void {
    const geometry = this.geometry();
    const then = this.finished;
    this.finished = undefined;
    // terra-draw is still inside its own step
    if (geometry) setTimeout(() => then?.(geometry));
  }

  private select(): void {
    const first = this.shapes()[0];
    this.draw.setMode("select");
    if (first?.id !== undefined) this.draw.selectFeature(first.id);
  }

  private shapes(): GeoJSONStoreFeatures[] {
    const guides = ["selectionPoint", "midPoint", "snappingPoint", "closingPoint", "coordinatePoint"];
    return this.draw.getSnapshot().filter((feature) => !guides.some((guide) => feature.properties[guide]));
  }

  geometry(): Geometry | undefined {
    return joined(this.shapes().map((feature) => feature.geometry));
  }

  /** A dragged point jumps when it is let go: terra-draw snaps corners only. */
  private settle(id: string): void {
    const feature = this.draw.getSnapshotFeature(id);
    if (feature?.geometry.type !== "Point") return;
    const [lon, lat] = feature.geometry.coordinates;
    if (lon === undefined || lat === undefined) return;
    const { x, y } = this.map.project([lon, lat]);
    const place = this.near([x, y]);
    if (place) this.draw.updateFeatureGeometry(id, { type: "Point", coordinates: place });
  }

  private near(pixel: Pixel): Position | undefined {
    const [x, y] = pixel;
    const layers = DRAWN.filter((layer) => this.map.getLayer(layer));
    const box: [[number, number], [number, number]] = [[x - REACH_PX, y - REACH_PX], [x + REACH_PX, y + REACH_PX]];
    const around = this.map.queryRenderedFeatures(box, { layers }).filter((feature) => String(feature.id) !== this.own);
    const runs = around.flatMap((feature) => paths(feature.geometry)).map((path) => path.map((at): Pixel => {
      const point = this.map.project([at[0] ?? 0, at[1] ?? 0]);
      return [point.x, point.y];
    }));
    const found = snapped(pixel, runs);
    if (!found) return undefined;
    const { lng, lat } = this.map.unproject([found[0], found[1]]);
    return [Number(lng.toFixed(8)), Number(lat.toFixed(8))];
  }

  undo(): void {
    if (this.draw.canUndo()) this.draw.undo();
  }

  redo(): void {
    if (this.draw.canRedo()) this.draw.redo();
  }

  close(): void {
    this.finished = undefined;
    this.draw.stop();
  }
}
