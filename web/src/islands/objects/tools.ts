// The tools of the map: select in a box or an area, add, and drag the shape of the object whose form is open.

import type { Feature, Geometry, Polygon } from "geojson";
import type { Map as MapLibre } from "maplibre-gl";
import { gettext } from "../../words";
import { toast } from "../toasts";
import { withQuery, type Asked } from "./address";
import type { KindConfig } from "./config";
import type { Area, Drawing } from "./draw";
import { freeShare, type Open, type Panel } from "./panel";
import { boxOf } from "./shapes";

type Tool = Area | "add" | "seen";
const DECIMALS = 6;
const FRAME_PX = 70;

export class Tools {
  private drawing: Drawing | undefined;
  private tool: Tool | undefined;
  /** The object whose shape is being dragged; "new" for one that is not there yet. */
  private editing = "";
  private input: HTMLInputElement | undefined;
  private readonly hint: HTMLElement | null;
  private readonly stop = new AbortController();

  constructor(
    private readonly root: HTMLElement,
    private readonly map: MapLibre,
    private readonly kind: KindConfig,
    private readonly panel: Panel,
    private readonly asked: () => Asked,
  ) {
    this.hint = root.querySelector<HTMLElement>("[data-objects-hint]");
    const signal = this.stop.signal;
    for (const button of document.querySelectorAll<HTMLElement>("[data-objects-tool]")) {
      button.addEventListener("click", () => void this.take(button.dataset["objectsTool"] as Tool), { signal });
    }
    const press = (name: string, deed: () => void) => {
      root.querySelector(`[data-objects-${name}]`)?.addEventListener("click", deed, { signal });
    };
    press("undo", () => this.drawing?.undo());
    press("redo", () => this.drawing?.redo());
    press("cancel", () => {
      if (this.editing) this.panel.empty();
      this.finish();
    });
  }

  /** While something is drawn, a click on the map is part of the drawing. */
  get busy(): boolean {
    return this.tool !== undefined || this.editing !== "";
  }

  private async take(tool: Tool): Promise<void> {
    const again = this.tool === tool;
    this.finish();
    if (again) return;
    if (tool === "seen") {
      this.show(this.screen());
      return;
    }
    this.tool = tool;
    this.press();
    this.say(this.words(tool));
    const drawing = await this.begin();
    if (tool === "add") drawing.begin((geometry) => void this.added(geometry));
    else {
      drawing.area(tool, (area) => {
        this.show(area);
      });
    }
  }

  private words(tool: Tool): string {
    if (tool === "box") return gettext("Click two opposite corners.");
    if (tool === "polygon") return gettext("Click the corners; click the last one again to close.");
    if (this.kind.geometry === "point") return gettext("Click where it stands.");
    return gettext("Click the corners; click the last one again to end.");
  }

  private async begin(): Promise<Drawing> {
    const { Drawing } = await import("./draw");
    this.drawing?.close();
    this.drawing = new Drawing(this.map, this.kind, (geometry) => {
      if (this.input) this.input.value = geometry ? JSON.stringify(geometry) : "";
    });
    return this.drawing;
  }

  private async added(geometry: Geometry): Promise<void> {
    this.tool = undefined;
    this.editing = "new";
    this.press();
    this.say(gettext("Drag it to mend its place."));
    await this.panel.load(`${this.kind.root}add/`);
    if (this.input && !this.input.value) this.input.value = JSON.stringify(geometry);
  }

  private show(area: Polygon): void {
    this.tool = undefined;
    this.press();
    this.say("");
    const { filter, colour } = this.asked();
    const ring = area.coordinates.map((run) => run.map((at) => at.map((one) => Number(one.toFixed(DECIMALS)))));
    const within = JSON.stringify({ type: "Polygon", coordinates: ring });
    void this.panel.load(withQuery(`${this.kind.root}selection/`, { filter, within, colour }));
  }

  private screen(): Polygon {
    const bounds = this.map.getBounds();
    const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    return { type: "Polygon", coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]] };
  }

  /** The panel's content changed. */
  async follow(open: Open): Promise<void> {
    this.input = open.what === "form" || open.what === "new" ? open.input : undefined;
    if (open.what === "form") await this.edit(open.id, open.shapeUrl, open.input.value);
    else if (open.what === "new") this.rebind();
    else if (open.what !== "selection" && (this.editing || this.tool === undefined)) this.finish();
  }

  /** A refused form comes back empty-handed: the drawing is still there. */
  private rebind(): void {
    const geometry = this.drawing?.geometry();
    if (geometry && this.input && !this.input.value) this.input.value = JSON.stringify(geometry);
  }

  private async edit(id: string, url: string, typed: string): Promise<void> {
    if (this.editing === id) return;
    this.finish();
    this.editing = id;
    const [answer, drawing] = await Promise.all([fetch(url), this.begin()]);
    if (!answer.ok || this.drawing !== drawing) return;
    const feature = (await answer.json()) as Feature;
    const geometry = typed ? (JSON.parse(typed) as Geometry) : feature.geometry;
    this.frame(geometry);
    const corners = gettext("Drag it, or a corner of it. A corner is deleted by a right click.");
    if (drawing.edit(id, geometry)) this.say(this.kind.geometry === "point" ? gettext("Drag it to move it.") : corners);
    else toast(gettext("This shape has holes and cannot be changed here."), "warning");
  }

  /** What is to be dragged has to be on the screen. */
  private frame(geometry: Geometry): void {
    const box = boxOf(geometry);
    if (!box) return;
    const { clientWidth, clientHeight } = this.map.getContainer();
    const free = clientHeight * freeShare();
    const there = box.map((corner) => this.map.project(corner)).every(({ x, y }) => x > 0 && x < clientWidth && y > 0 && y < free);
    const edge = Math.min(FRAME_PX, free / 4);
    const padding = { top: edge, left: edge, right: edge, bottom: clientHeight - free + edge };
    if (!there) this.map.fitBounds(box, { padding, maxZoom: this.map.getZoom() });
  }

  private say(words: string): void {
    if (!this.hint) return;
    this.hint.hidden = !words;
    const span = this.hint.querySelector("span");
    if (span) span.textContent = words;
  }

  private press(): void {
    for (const button of document.querySelectorAll<HTMLElement>("[data-objects-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset["objectsTool"] === this.tool));
    }
    this.root.classList.toggle("is-drawing", this.busy);
  }

  key(event: KeyboardEvent, typing: boolean): void {
    if (typing) return;
    if (event.key === "Escape" && this.tool) this.finish();
    const ctrl = event.ctrlKey || event.metaKey;
    if (!ctrl || !this.drawing || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    if (event.shiftKey) this.drawing.redo();
    else this.drawing.undo();
  }

  private finish(): void {
    this.drawing?.close();
    this.drawing = undefined;
    this.tool = undefined;
    this.editing = "";
    this.say("");
    this.press();
  }

  close(): void {
    this.stop.abort();
    this.finish();
  }
}
