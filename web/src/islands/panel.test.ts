import { beforeEach, expect, it, vi } from "vitest";

const ajax = vi.hoisted(() => vi.fn());
vi.mock("htmx.org", () => ({ default: { ajax, trigger: () => true } }));
import { mount, panelAddress } from "./panel";

beforeEach(() => {
  ajax.mockReset();
  document.body.innerHTML = `<aside hidden><button data-panel-close></button><div data-panel-body></div></aside>`;
});
const parts = () => {
  const root = document.querySelector("aside")!;
  const body = root.querySelector<HTMLElement>("[data-panel-body]")!;
  return { root, body, down: mount(root)! };
};

it.each([
  ["/incidents/3/", "/incidents/3/panel/"],
  ["/alerts/12/", "/alerts/12/panel/"],
  ["/incidents/new/", undefined],
  ["/environment/stations/a/", undefined],
])("keeps %s in the panel as %s", (href, address) => {
  expect(panelAddress(href)).toBe(address);
});

it("opens when something is put in, closes on Escape", () => {
  const { root, body, down } = parts();
  body.innerHTML = "<p>an alert</p>";
  body.dispatchEvent(new CustomEvent("htmx:afterSwap", { bubbles: true, detail: { requestConfig: { headers: {} } } }));
  expect(root.hidden).toBe(false);
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  expect(root.hidden).toBe(true);
  expect(body.childElementCount).toBe(0);
  down();
});

it("refuses a late refresh once writing has begun", () => {
  const { body, down } = parts();
  body.innerHTML = '<section data-incident="7"><textarea></textarea></section>';
  const arrival = (headers: Record<string, string>) => {
    const detail = { shouldSwap: true, requestConfig: { verb: "get", path: "/incidents/7/panel/", headers } };
    body.dispatchEvent(new CustomEvent("htmx:beforeSwap", { bubbles: true, detail }));
    return detail.shouldSwap;
  };
  expect(arrival({ "X-Unasked": "1" })).toBe(true);
  body.querySelector("textarea")!.value = "half a note";
  expect(arrival({ "X-Unasked": "1" })).toBe(false);
  expect(arrival({})).toBe(true);
  down();
});

it("follows another's change, but never takes away a half-written note", () => {
  const { body, down } = parts();
  const change = (id: number) =>
    document.dispatchEvent(new CustomEvent("naoso:response.incident_changed", { detail: { data: { id } } }));
  body.innerHTML = '<section data-incident="7"><textarea></textarea></section>';
  change(8);
  expect(ajax).not.toHaveBeenCalled();
  change(7);
  expect(ajax).toHaveBeenCalledTimes(1);
  body.querySelector("textarea")!.value = "half a note";
  change(7);
  expect(ajax).toHaveBeenCalledTimes(1);
  down();
});
