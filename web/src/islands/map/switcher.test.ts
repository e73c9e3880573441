import { expect, it, vi } from "vitest";
import type { LayerConfig } from "./config";
import { hoverCard } from "./hover";
import { Switcher } from "./switcher";
import type { LayerFeed } from "./feed";

const layer: LayerConfig = {
  slug: "air", domain: "d", title: "Air quality", group: "Environment", icon: "wind", glyph: ["M0 0"], url: "", kind: "point",
  visible: true, refresh_s: 60, refresh_on: "", legend: [{ state: "danger", label: "Over the limit" }],
};

it("lists layers with legend, counts and trouble", () => {
  const box = document.createElement("div");
  document.body.append(box); // an element outside the page sends no change events
  const events = { onLayer: vi.fn(), onStates: vi.fn() };
  const switcher = new Switcher(box, [layer], () => true, events);
  const feed = { layer, counts: () => ({ danger: 2, stale: 3 }), features: new Map([["1", {}]]), failedAt: undefined, loadedAt: new Date() };
  switcher.refresh(feed as unknown as LayerFeed);
  expect(box.textContent).toContain("Over the limit");
  expect(box.querySelector(".layer-trouble")!.textContent).toBe("2 need attention · 3 stale");
  box.querySelector<HTMLInputElement>(".layer-label input")!.click();
  expect(events.onLayer).toHaveBeenCalledWith("air", false);
  box.querySelector<HTMLInputElement>(".state-chip input")!.click();
  expect([...(events.onStates.mock.calls[0]![0] as Set<string>)]).not.toContain("danger");
});

it("writes what a source sends as text", () => {
  const card = hoverCard({ title: "<img src=x>", state: "stale", caption: "5", at: "2026-01-01T00:00:00Z" }, new Date("2026-01-01T02:00:00Z"));
  expect(card.querySelector("img")).toBeNull();
  expect(card.textContent).toBe("<img src=x>Stale52 h ago");
});
