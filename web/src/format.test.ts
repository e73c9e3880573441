import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ageInWords, formatClock, formatDateTime, formatNumber } from "./format";

const at = new Date("2026-11-22T17:30:05Z");
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000);

describe("dates and numbers", () => {
  beforeEach(() => {
    document.documentElement.lang = "vi";
  });
  afterEach(() => {
    delete window.django;
  });

  it("writes the city's time, whatever the device's zone", () => {
    expect(formatDateTime(at)).toBe("23/11/2026 00:30");
    expect(formatClock(at)).toBe("00:30:05");
  });

  it("writes numbers with Vietnamese separators", () => {
    expect(formatNumber(1234567.891, 1)).toBe("1.234.567,9");
    expect(formatNumber(12)).toBe("12");
    document.documentElement.lang = "en";
    expect(formatNumber(1234.5)).toBe("1,234.5");
  });

  it.each([
    [-30, "just now"],
    [59, "just now"],
    [60, "1 min ago"],
    [3599, "59 min ago"],
    [3600, "1 h ago"],
    [86400, "1 day ago"],
    [3 * 86400, "3 days ago"],
    [7 * 86400, "23/11/2026 00:30"],
    [-3600, "in 1 h"],
    [-2.5 * 86400, "in 2 days"],
    [-7 * 86400, "23/11/2026 00:30"],
  ])("says an age of %i s as %s", (seconds, words) => {
    expect(ageInWords(at, later(seconds))).toBe(words);
  });

  it("asks the catalogue for its words", () => {
    window.django = { ngettext: () => "%(count)s phút trước" };
    expect(ageInWords(at, later(300))).toBe("5 phút trước");
  });
});
