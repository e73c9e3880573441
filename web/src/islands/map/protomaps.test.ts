import { validateStyleMin } from "@maplibre/maplibre-gl-style-spec";
import { expect, it, vi } from "vitest";
import type { MapConfig } from "./config";
import { lettersOf, protomapsLayers, protomapsStyle } from "./protomaps";

vi.mock("maplibre-gl", () => ({ addProtocol: vi.fn() }));

const config: MapConfig = {
  base: {
    kind: "pmtiles", url: "/map/base.pmtiles", outlines: "/map/base.json",
    glyphs: "/static/ui/dist/fonts/{fontstack}/{range}.pbf",
  },
  center: [105.8, 21.6], zoom: 9, approximate: false, locale: "vi", layers: [],
  labels: [{ name: "Quần đảo Hoàng Sa (Việt Nam)", lon: 112, lat: 16.5 }],
};

it.each([true, false])("is a style that the renderer accepts and that fetches nothing from elsewhere, dark %s", (dark) => {
  const style = protomapsStyle(config, dark, "https://ioc.example.vn");
  expect(validateStyleMin(style).map((error) => error.message)).toEqual([]);
  expect(style.sources["protomaps"]).toMatchObject({ url: "pmtiles://https://ioc.example.vn/map/base.pmtiles" });
  expect(style.glyphs).toBe("https://ioc.example.vn/static/ui/dist/fonts/{fontstack}/{range}.pbf");
  expect(style.sprite).toBeUndefined();
  expect(JSON.stringify(style.layers)).not.toContain('"icon-image"');
});

it("names Hoàng Sa last of all, above the base", () => {
  const ids = protomapsLayers(config, false).map((layer) => layer.id);
  expect(ids[ids.length - 1]).toBe("name-own");
  expect(ids).toContain("edge-commune");
});

it("speaks Vietnamese, in two palettes", () => {
  expect(JSON.stringify(protomapsLayers(config, false))).toContain("name:vi");
  expect(protomapsLayers(config, true)[0]?.paint).not.toEqual(protomapsLayers(config, false)[0]?.paint);
});

it("takes our own layers' letters from the three faces", () => {
  const at = (stack: string) => lettersOf(`https://x/fonts/${encodeURIComponent(stack)}/0-255.pbf`).url;
  expect(at("Noto Sans Bold,Segoe UI Bold,sans-serif")).toBe("https://x/fonts/Noto%20Sans%20Medium/0-255.pbf");
  expect(at("Noto Sans,Segoe UI,sans-serif")).toBe("https://x/fonts/Noto%20Sans%20Regular/0-255.pbf");
  expect(at("Noto Sans Italic")).toBe("https://x/fonts/Noto%20Sans%20Italic/0-255.pbf");
});
