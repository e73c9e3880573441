import { expect, it } from "vitest";
import { refreshAges } from "./age";

it("rewrites old ages, gives them a title, and leaves what is no date alone", () => {
  document.body.innerHTML =
    '<time data-age datetime="2026-11-22T10:00:00Z">just now</time><time data-age datetime="x">as is</time>';
  refreshAges(document, new Date("2026-11-22T10:05:00Z"));
  const [good, bad] = [...document.querySelectorAll("time")];
  expect(good!.textContent).toBe("5 min ago");
  expect(good!.title).toBe("22/11/2026 17:00");
  expect(bad!.textContent).toBe("as is");
});
