import { expect, it } from "vitest";
import { refreshAges, refreshCountdowns } from "./age";

it("rewrites old ages, gives them a title, and leaves what is no date alone", () => {
  document.body.innerHTML =
    '<time data-age datetime="2026-11-22T10:00:00Z">just now</time><time data-age datetime="x">as is</time>';
  refreshAges(document, new Date("2026-11-22T10:05:00Z"));
  const [good, bad] = [...document.querySelectorAll("time")];
  expect(good!.textContent).toBe("5 min ago");
  expect(good!.title).toBe("22/11/2026 17:00");
  expect(bad!.textContent).toBe("as is");
});

it("counts a limit down, marks what is over, and leaves what is no date alone", () => {
  document.body.innerHTML =
    '<time data-due datetime="2026-11-22T10:04:12Z"></time><time data-due datetime="2026-11-22T08:00:00Z"></time>' +
    '<time data-due datetime="x">as is</time>';
  refreshCountdowns(document, new Date("2026-11-22T10:00:00Z"));
  const [left, over, bad] = [...document.querySelectorAll("time")];
  expect([left!.textContent, left!.className]).toEqual(["4:12 left", ""]);
  expect([over!.textContent, over!.className]).toEqual(["late 2 h 00 min", "is-over"]);
  expect(bad!.textContent).toBe("as is");
});
