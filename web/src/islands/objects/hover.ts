// The small word beside the pointer: what a circle counts, or which object it is.

import type { Map as MapLibre, MapGeoJSONFeature, MapMouseEvent } from "maplibre-gl";
import { OTHER, type KindConfig } from "./config";
import { colours } from "./style";
import { cellCard, objectCard } from "./words";

export class HoverWord {
  private readonly card = document.createElement("div");

  constructor(
    private readonly map: MapLibre,
    private readonly kind: KindConfig,
    private readonly colourBy: () => string,
    private readonly find: (event: MapMouseEvent) => MapGeoJSONFeature | undefined,
  ) {
    this.card.className = "map-hover";
    this.card.hidden = true;
    map.getContainer().append(this.card);
    map.on("mousemove", (event) => {
      this.show(event);
    });
    for (const gone of ["mouseout", "movestart"] as const) {
      map.on(gone, () => {
        this.card.hidden = true;
      });
    }
  }

  private show(event: MapMouseEvent): void {
    const feature = this.find(event);
    this.map.getCanvas().style.cursor = feature ? "pointer" : "";
    this.card.hidden = !feature;
    if (!feature) return;
    this.card.replaceChildren(this.words(feature));
    const { clientWidth, clientHeight } = this.map.getContainer();
    const x = Math.min(event.point.x + 14, clientWidth - this.card.offsetWidth - 8);
    const y = Math.min(event.point.y + 14, clientHeight - this.card.offsetHeight - 8);
    this.card.style.transform = `translate(${x}px, ${y}px)`;
  }

  private words(feature: MapGeoJSONFeature): HTMLElement {
    const name = this.colourBy();
    if (feature.sourceLayer !== "cells") return objectCard(this.kind, name, feature.properties);
    const known = new Map(colours(this.kind, name));
    return cellCard(this.kind, name, feature.properties, (value) => known.get(value) ?? OTHER);
  }
}
