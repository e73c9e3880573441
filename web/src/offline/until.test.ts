import { expect, test } from "vitest";
import { rested, settled } from "./until";

test("a form rests when nothing in it is busy any more", async () => {
  document.body.innerHTML = "<form><div data-busy></div></form>";
  const form = document.querySelector("form");
  const part = document.querySelector<HTMLElement>("div");
  if (!form || !part) throw new Error("not drawn");
  let over = false;
  const waiting = rested(form).then(() => (over = true));
  await Promise.resolve();
  expect(over).toBe(false);
  delete part.dataset["busy"];
  await waiting;
  expect(over).toBe(true);
});

test("an island is waited for until it is ready, or has failed", async () => {
  document.body.innerHTML = "<div data-island=photo></div>";
  const island = document.querySelector("div");
  const waiting = settled(island);
  if (island) island.dataset["failed"] = "";
  await waiting;
  await settled(null);
  expect(island?.dataset["failed"]).toBe("");
});
