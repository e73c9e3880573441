// Lines and bars of measured series. A gap stays a gap; the same figures stand in a table beside it.

import { BarChart, LineChart } from "echarts/charts";
import {
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
} from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { formatDateTime, formatNumber, formatTime } from "../format";
import { fill, gettext } from "../words";
import { isDark } from "./theme";

use([
  BarChart,
  CanvasRenderer,
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  LineChart,
  MarkAreaComponent,
  MarkLineComponent,
  TooltipComponent,
]);

type Dash = "solid" | "dashed" | "dotted";
export interface Series {
  name: string;
  unit: string;
  points: [string, number | null][];
  dash?: Dash;
}
export interface ChartData {
  series: Series[];
  limits?: { label: string; value: number; colour?: string }[];
  bands?: { label: string; from: number; to: number; colour: string }[];
  zoomed?: boolean; // the axis need not begin at nought
}
type Kind = "line" | "bar";

const TABLE_ROWS = 200;
const PALETTE = ["#0b7a83", "#c2410c", "#6d28d9", "#15803d", "#b45309", "#1d4ed8", "#be185d", "#475569"];
const PALETTE_DARK = ["#3fb6bf", "#fb923c", "#a78bfa", "#4ade80", "#fbbf24", "#60a5fa", "#f472b6", "#94a3b8"];

interface TipItem {
  seriesName: string;
  seriesIndex: number;
  value: [number, number | null];
}

function tip(data: ChartData): (items: TipItem[]) => string {
  return (items) => {
    const first = items[0];
    if (!first) return "";
    const lines = items.map((item) => {
      const value = item.value[1];
      const unit = data.series[item.seriesIndex]?.unit ?? "";
      return `${item.seriesName}: ${value === null ? "–" : `${formatNumber(value)} ${unit}`}`;
    });
    return [formatDateTime(new Date(first.value[0])), ...lines].join("\n");
  };
}

function marks(data: ChartData, ink: string) {
  return {
    markLine: {
      silent: true,
      symbol: "none",
      data: (data.limits ?? []).map((limit) => ({
        yAxis: limit.value,
        lineStyle: { color: limit.colour ?? "#dc2626", type: "dashed" },
        label: { formatter: limit.label, position: "insideEndTop", color: ink },
      })),
    },
    markArea: {
      silent: true,
      data: (data.bands ?? []).map((band) => [
        { yAxis: band.from, itemStyle: { color: band.colour, opacity: 0.12 } },
        { yAxis: band.to },
      ]),
    },
  };
}

function top(data: ChartData, extent: { max: number }): number {
  return Math.max(extent.max, ...(data.limits ?? []).map((limit) => limit.value * (data.zoomed ? 1.01 : 1.05)));
}

const DASHES: Dash[] = ["solid", "dashed", "dotted"];

export function chartOption(data: ChartData, kind: Kind, dark: boolean): EChartsCoreOption {
  const ink = dark ? "#dce1e7" : "#182433";
  const rule = dark ? "#2c3a47" : "#e3e8ec";
  const units = [...new Set(data.series.map((series) => series.unit))];
  return {
    animation: false,
    color: dark ? PALETTE_DARK : PALETTE,
    textStyle: { fontFamily: "inherit", color: ink },
    grid: { left: 8, right: 16, top: 40, bottom: 56, containLabel: true },
    legend: { show: data.series.length > 1, type: "scroll", top: 0, textStyle: { color: ink } },
    // drawn on the canvas: an HTML tooltip would need inline styles, which the policy refuses
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      formatter: tip(data),
      backgroundColor: dark ? "#1c2a36" : "#ffffff",
      borderColor: rule,
      textStyle: { color: ink },
    },
    dataZoom: [{ type: "inside" }, { type: "slider", height: 18, bottom: 8, showDetail: false }],
    xAxis: {
      type: "time",
      axisLabel: { color: ink, hideOverlap: true, formatter: axisTime },
      axisLine: { lineStyle: { color: rule } },
    },
    yAxis: {
      type: "value",
      name: units.length === 1 ? units[0] : "",
      nameTextStyle: { color: ink, align: "left" },
      max: (extent: { max: number }) => top(data, extent),
      scale: data.zoomed ?? false,
      axisLabel: { color: ink, showMaxLabel: false, formatter: (value: number) => formatNumber(value) },
      splitLine: { lineStyle: { color: rule } },
    },
    series: data.series.map((series, index) => ({
      name: series.name,
      type: kind,
      showSymbol: false,
      connectNulls: false,
      lineStyle: { width: 2, type: series.dash ?? DASHES[index % 3] },
      data: series.points.map(([at, value]) => [Date.parse(at), value]),
      ...(index === 0 ? marks(data, ink) : {}),
    })),
  };
}

export function axisTime(value: number): string {
  const at = new Date(value);
  const time = formatTime(at);
  return time === "00:00" ? formatDateTime(at).slice(0, 5) : time;
}

export function chartTable(data: ChartData): HTMLTableElement {
  const rows = new Map<string, (number | null)[]>();
  data.series.forEach((series, index) => {
    for (const [at, value] of series.points.slice(-TABLE_ROWS)) {
      const row = rows.get(at) ?? new Array<number | null>(data.series.length).fill(null);
      row[index] = value;
      rows.set(at, row);
    }
  });
  const table = document.createElement("table");
  table.className = "table table-sm";
  const head = table.createTHead().insertRow();
  for (const title of [gettext("Time"), ...data.series.map((s) => `${s.name} (${s.unit})`)]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = title;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const [at, values] of [...rows].sort(([a], [b]) => Date.parse(b) - Date.parse(a)).slice(0, TABLE_ROWS)) {
    const line = body.insertRow();
    line.insertCell().textContent = formatDateTime(new Date(at));
    for (const value of values) line.insertCell().textContent = value === null ? "–" : formatNumber(value);
  }
  return table;
}

function say(element: HTMLElement, words: string): void {
  element.replaceChildren(Object.assign(document.createElement("p"), { className: "chart-word", textContent: words }));
}

export async function mount(element: HTMLElement): Promise<(() => void) | undefined> {
  const url = element.dataset["url"] ?? "";
  const kind: Kind = element.dataset["kind"] === "bar" ? "bar" : "line";
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) {
    say(element, gettext("The figures could not be loaded."));
    return undefined;
  }
  const data = (await response.json()) as ChartData;
  if (data.series.every((series) => series.points.length === 0)) {
    say(element, gettext("No readings in this period."));
    return undefined;
  }
  const canvas = Object.assign(document.createElement("div"), { className: "chart-canvas" });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", fill(gettext("Chart: {names}"), { names: data.series.map((s) => s.name).join(", ") }));
  const details = Object.assign(document.createElement("details"), { className: "chart-table" });
  details.append(Object.assign(document.createElement("summary"), { textContent: gettext("Show as a table") }));
  details.addEventListener("toggle", () => {
    if (!details.querySelector("table")) details.append(chartTable(data));
  });
  element.replaceChildren(canvas, details);
  const chart = init(canvas);
  const draw = () => {
    chart.setOption(chartOption(data, kind, isDark()), { notMerge: true });
  };
  draw();
  const resize = new ResizeObserver(() => {
    chart.resize();
  });
  resize.observe(canvas);
  document.addEventListener("naoso:theme", draw);
  return () => {
    resize.disconnect();
    document.removeEventListener("naoso:theme", draw);
    chart.dispose();
  };
}
