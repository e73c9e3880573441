import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { expect, it } from "vitest";
import { STATES, type MapConfig } from "./config";
import { COLOURS, lookOf } from "./marks";
import { clickable, palette, plainStyle, stateFilter } from "./style";

const config: MapConfig = {
  base: { kind: "plain", url: "" }, center: [105.8, 21.6], zoom: 9, approximate: true, locale: "vi",
  labels: [{ name: "Quần đảo Hoàng Sa (Việt Nam)", lon: 112, lat: 16.5 }],
  layers: (["point", "area"] as const).map((kind) => ({
    slug: kind, domain: "d", title: kind, group: "", icon: "wind", glyph: ["M0 0h1"], url: "", kind, visible: true,
    refresh_s: 60, refresh_on: "", legend: [], minzoom: 5, sectors: kind === "point",
  })),
};

it.each([true, false])("is a style that the renderer accepts, dark %s", (dark) => {
  const style = plainStyle(config, dark);
  expect(validateStyleMin(style).map((error) => error.message)).toEqual([]);
  const ids = new Set(style.layers.map((layer) => layer.id));
  expect(config.layers.flatMap(clickable).every((id) => ids.has(id))).toBe(true);
});

it("labels Hoàng Sa as Vietnamese above any base", () => {
  expect(JSON.stringify(plainStyle(config, false).sources["own-names"])).toContain("Hoàng Sa (Việt Nam)");
});

it("tells states by outline, not by colour alone, and stale ones look hollow", () => {
  const shapes = STATES.map((state) => {
    const look = lookOf(state, false);
    return `${look.outline}|${look.dash.join()}|${look.badge}`;
  });
  expect(new Set(shapes).size).toBe(STATES.length);
  expect(lookOf("stale", false).fill).not.toBe(COLOURS.stale);
});

it("shows danger through the loud layer alone, so that it is drawn once and never hidden", () => {
  const all = new Set(STATES);
  expect(stateFilter(all, "loud")).toEqual(["in", ["get", "state"], ["literal", ["danger"]]]);
  expect(JSON.stringify(stateFilter(all, "mark"))).not.toContain("danger");
  expect(JSON.stringify(stateFilter(new Set(["stale"]), "dot"))).toContain('["stale"]');
});

it("has two palettes", () => {
  expect(palette(true).land).not.toBe(palette(false).land);
});
