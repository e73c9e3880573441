import { expect, it } from "vitest";
import { axisTime, chartOption, chartTable, type ChartData } from "./chart";

const data: ChartData = {
  series: [
    { name: "PM2.5", unit: "µg/m³", points: [["2026-01-01T00:00:00Z", 10], ["2026-01-01T01:00:00Z", null]] },
    { name: "PM10", unit: "µg/m³", points: [["2026-01-01T01:00:00Z", 50.5]] },
  ],
  limits: [{ label: "limit", value: 45 }],
};

it("leaves a gap open and never joins over it", () => {
  const option = chartOption(data, "line", false) as { series: { connectNulls: boolean; data: unknown[][] }[] };
  expect(option.series[0]!.connectNulls).toBe(false);
  expect(option.series[0]!.data[1]![1]).toBeNull();
});

it("draws its tooltip on the canvas, as the policy forbids inline styles", () => {
  expect(chartOption(data, "line", true)["tooltip"]).toMatchObject({ renderMode: "richText" });
});

it("gives the same figures as a table, newest first", () => {
  document.documentElement.lang = "vi";
  const rows = [...chartTable(data).rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  expect(rows).toEqual([
    ["Time", "PM2.5 (µg/m³)", "PM10 (µg/m³)"],
    ["01/01/2026 08:00", "–", "50,5"],
    ["01/01/2026 07:00", "10", "–"],
  ]);
});

it("writes the day at midnight and hours otherwise", () => {
  expect(axisTime(Date.parse("2026-01-01T17:00:00Z"))).toBe("02/01");
  expect(axisTime(Date.parse("2026-01-01T05:30:00Z"))).toBe("12:30");
});

it("draws what is foreseen as the data says, on an axis that need not begin at nought", () => {
  const foreseen: ChartData = {
    zoomed: true,
    series: [data.series[0]!, { ...data.series[1]!, dash: "dashed" }, { ...data.series[1]!, dash: "dotted" }, { ...data.series[1]!, dash: "dotted" }],
  };
  const option = chartOption(foreseen, "line", false) as { series: { lineStyle: { type: string } }[]; yAxis: { scale: boolean } };
  expect(option.series.map((one) => one.lineStyle.type)).toEqual(["solid", "dashed", "dotted", "dotted"]);
  expect(option.yAxis.scale).toBe(true);
});
