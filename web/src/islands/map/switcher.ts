// The list of layers with their legend, counts and age, and the ticks for states. Built once, refreshed often.

import { ageInWords, formatTime } from "../../format";
import { fill, gettext } from "../../words";
import { STATES, type LayerConfig, type State } from "./config";
import type { LayerFeed } from "./feed";
import { lookOf, SIZE } from "./marks";
import { isDark } from "../theme";

const SVG = "http://www.w3.org/2000/svg";

export function stateWords(state: State): string {
  const words: Record<State, string> = {
    danger: gettext("Danger"),
    warning: gettext("Warning"),
    notice: gettext("Notice"),
    normal: gettext("Normal"),
    stale: gettext("Stale"),
    off: gettext("Off"),
  };
  return words[state];
}

/** The mark of a state as it stands on the map, for the legend. */
export function stateSign(state: State): SVGSVGElement {
  const look = lookOf(state, isDark());
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${SIZE} ${SIZE}`);
  svg.setAttribute("class", "state-sign");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", look.outline);
  path.setAttribute("fill", look.fill);
  path.setAttribute("stroke", look.stroke);
  path.setAttribute("stroke-width", "2");
  if (look.dash.length) path.setAttribute("stroke-dasharray", look.dash.join(" "));
  svg.append(path);
  return svg;
}

function glyphSign(layer: LayerConfig): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon layer-glyph");
  svg.setAttribute("aria-hidden", "true");
  for (const d of layer.glyph) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, text = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  if (text) element.textContent = text;
  return element;
}

export interface SwitcherEvents {
  onLayer(slug: string, visible: boolean): void;
  onStates(states: ReadonlySet<State>): void;
}

export class Switcher {
  private readonly words = new Map<string, { count: HTMLElement; age: HTMLElement; trouble: HTMLElement }>();
  private readonly shown = new Set<State>(STATES);

  constructor(
    box: HTMLElement,
    private readonly layers: LayerConfig[],
    private readonly visible: (slug: string) => boolean,
    private readonly events: SwitcherEvents,
  ) {
    box.replaceChildren(this.states(), ...this.groups());
  }

  private states(): HTMLElement {
    const row = make("fieldset", "state-filter");
    row.append(make("legend", "visually-hidden", gettext("States shown")));
    for (const state of STATES) {
      const chip = make("label", "state-chip");
      const tick = make("input", "visually-hidden");
      tick.type = "checkbox";
      tick.checked = true;
      tick.addEventListener("change", () => {
        if (tick.checked) this.shown.add(state);
        else this.shown.delete(state);
        this.events.onStates(this.shown);
      });
      chip.append(tick, stateSign(state), make("span", "", stateWords(state)));
      row.append(chip);
    }
    return row;
  }

  private groups(): HTMLElement[] {
    const names = [...new Set(this.layers.map((layer) => layer.group))];
    return names.map((name) => {
      const group = make("section", "layer-group");
      if (name) group.append(make("h3", "", name));
      for (const layer of this.layers.filter((one) => one.group === name)) group.append(this.row(layer));
      return group;
    });
  }

  private row(layer: LayerConfig): HTMLElement {
    const row = make("div", "layer-row");
    const label = make("label", "layer-label");
    const tick = make("input", "form-check-input");
    tick.type = "checkbox";
    tick.checked = this.visible(layer.slug);
    const number = this.layers.indexOf(layer) + 1;
    if (number <= 9) {
      tick.dataset["shortcut"] = String(number);
      tick.dataset["shortcutTitle"] = fill(gettext("Layer: {title}"), { title: layer.title });
    }
    tick.addEventListener("change", () => {
      this.events.onLayer(layer.slug, tick.checked);
    });
    const [count, trouble, age] = [make("span", "layer-count"), make("span", "layer-trouble"), make("span", "layer-age")];
    label.append(tick, ...(layer.glyph.length ? [glyphSign(layer)] : []), make("span", "layer-title", layer.title), count);
    const words = make("div", "layer-words");
    words.append(age, trouble);
    row.append(label, words);
    if (layer.legend.length) row.append(this.legend(layer));
    this.words.set(layer.slug, { count, age, trouble });
    return row;
  }

  private legend(layer: LayerConfig): HTMLElement {
    const details = make("details", "layer-legend");
    details.append(make("summary", "", gettext("Legend")));
    const list = make("ul", "");
    for (const item of layer.legend) {
      const line = make("li", "");
      line.append(stateSign(item.state), make("span", "", item.label));
      list.append(line);
    }
    details.append(list);
    return details;
  }

  refresh(feed: LayerFeed): void {
    const words = this.words.get(feed.layer.slug);
    if (!words) return;
    const counts = feed.counts();
    const bad = (counts.danger ?? 0) + (counts.warning ?? 0);
    const old = (counts.stale ?? 0) + (counts.off ?? 0);
    words.count.textContent = String(feed.features.size);
    words.trouble.textContent = [
      bad ? fill(gettext("{count} need attention"), { count: bad }) : "",
      old ? fill(gettext("{count} stale"), { count: old }) : "",
    ]
      .filter(Boolean)
      .join(" · ");
    words.trouble.classList.toggle("is-bad", bad > 0);
    words.age.classList.toggle("is-failed", feed.failedAt !== undefined);
    if (feed.failedAt) words.age.textContent = fill(gettext("not loaded since {time}"), { time: formatTime(feed.failedAt) });
    else words.age.textContent = feed.loadedAt ? ageInWords(feed.loadedAt, new Date()) : "";
  }
}
