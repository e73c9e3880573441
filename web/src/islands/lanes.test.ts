import { expect, test } from "vitest";
import { mount, nextName, whole, type Lane } from "./lanes";

test("what is no polygon yet is not sent", () => {
  const lanes: Lane[] = [
    { name: "1", corners: [[0, 0], [1, 0], [1, 1]] },
    { name: "2", corners: [[0, 0]] },
  ];
  expect(whole(lanes).map((lane) => lane.name)).toEqual(["1"]);
  expect(nextName(lanes)).toBe("3");
});

test("corners are pressed on the picture and can be taken back", () => {
  document.body.innerHTML = `<fieldset><input name="lanes" value="[]"><svg></svg><span class="lane-count"></span>
    <button data-lane-back></button><button data-lane-clear></button></fieldset>`;
  const root = document.querySelector("fieldset") as HTMLElement;
  const svg = root.querySelector("svg") as SVGElement;
  svg.getBoundingClientRect = () => new DOMRect(0, 0, 200, 100);
  mount(root);
  for (const [clientX, clientY] of [[0, 0], [100, 0], [100, 100], [0, 100]] as const) {
    svg.dispatchEvent(new MouseEvent("click", { clientX, clientY }));
  }
  const field = root.querySelector("input") as HTMLInputElement;
  expect(JSON.parse(field.value)).toEqual([{ name: "1", corners: [[0, 0], [0.5, 0], [0.5, 1], [0, 1]] }]);
  root.querySelector<HTMLElement>("[data-lane-back]")?.click();
  expect((JSON.parse(field.value) as Lane[])[0]?.corners).toHaveLength(3);
  root.querySelector<HTMLElement>("[data-lane-clear]")?.click();
  expect(field.value).toBe("[]");
});
