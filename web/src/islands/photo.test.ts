import { expect, it, vi } from "vitest";
import { fitted, mount } from "./photo";

it.each([
  [4000, 3000, 2048, 1536],
  [3000, 4000, 1536, 2048],
  [800, 600, 800, 600],
  [16000, 100, 2048, 13],
])("fits %i × %i into %i × %i", (width, height, w, h) => {
  expect(fitted(width, height)).toEqual({ width: w, height: h });
});

it("tells a refused file in red", async () => {
  class Transfer {
    files = null;
    items = { add: () => undefined };
  }
  vi.stubGlobal("DataTransfer", Transfer);
  const root = document.createElement("div");
  root.innerHTML = `<input type="file" multiple><ul></ul><p role="status"></p>`;
  mount(root);
  const input = root.querySelector("input")!;
  Object.defineProperty(input, "files", { value: [new File(["x"], "bai.txt")], writable: true });
  input.dispatchEvent(new Event("change"));
  const word = root.querySelector("[role=status]")!;
  await vi.waitFor(() => {
    expect(word.textContent).toContain("bai.txt");
  });
  expect(word.classList.contains("text-danger")).toBe(true);
  vi.unstubAllGlobals();
});
