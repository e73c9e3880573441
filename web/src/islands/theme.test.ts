import { beforeEach, expect, it } from "vitest";
import { apply, isDark, mount, stored } from "./theme";

beforeEach(() => {
  localStorage.clear();
});

it("cycles auto, light, dark and remembers", () => {
  document.body.innerHTML = '<button data-island="theme" data-dark="Dark"></button>';
  const button = document.querySelector("button")!;
  mount(button);
  expect(stored()).toBe("auto");
  button.click();
  expect(stored()).toBe("light");
  button.click();
  expect(stored()).toBe("dark");
  expect(isDark()).toBe(true);
  expect(button.title).toBe("Dark");
});

it("falls back to auto for a strange memory", () => {
  localStorage.setItem("naoso-theme", "pink");
  expect(stored()).toBe("auto");
  apply("light");
  expect(isDark()).toBe(false);
});
