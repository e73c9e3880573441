// Dates and numbers as the city writes them: dd/mm/yyyy, 24 h, its own time zone whatever the device says.

import { gettext, ngettext } from "./words";

export const TIME_ZONE = "Asia/Ho_Chi_Minh";
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: TIME_ZONE,
  day: "2-digit",
  month: "2-digit",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

function part(at: Date): Record<string, string> {
  return Object.fromEntries(parts.formatToParts(at).map((piece) => [piece.type, piece.value]));
}

export function language(): string {
  return document.documentElement.lang || "vi";
}

export function formatNumber(value: number, decimals?: number): string {
  const digits =
    decimals === undefined
      ? { maximumFractionDigits: 2 }
      : { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat(language() === "vi" ? "vi-VN" : "en-GB", digits).format(value);
}

export function formatDateTime(at: Date): string {
  const p = part(at);
  return `${p["day"] ?? ""}/${p["month"] ?? ""}/${p["year"] ?? ""} ${p["hour"] ?? ""}:${p["minute"] ?? ""}`;
}

export function formatDate(at: Date): string {
  return formatDateTime(at).slice(0, 10);
}

export function formatTime(at: Date): string {
  return formatDateTime(at).slice(11);
}

export function formatClock(at: Date): string {
  return `${formatTime(at)}:${part(at)["second"] ?? ""}`;
}

/** The same words as `{% age %}` on the server. */
export function ageInWords(at: Date, now: Date): string {
  const seconds = Math.floor((now.getTime() - at.getTime()) / 1000);
  if (Number.isNaN(seconds)) return "";
  const span = Math.abs(seconds);
  if (span < MINUTE) return gettext("just now");
  if (span >= 7 * DAY) return formatDateTime(at);
  return seconds > 0 ? past(span) : future(span);
}

/** `4:12` below an hour, then hours and minutes, then days and hours: as `span_in_words` on the server. */
export function spanInWords(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)}:${two(whole % MINUTE)}`;
  if (whole < DAY)
    return gettext("%(hours)s h %(minutes)s min")
      .replace("%(hours)s", String(Math.floor(whole / HOUR)))
      .replace("%(minutes)s", two(Math.floor((whole % HOUR) / MINUTE)));
  return gettext("%(days)s d %(hours)s h")
    .replace("%(days)s", String(Math.floor(whole / DAY)))
    .replace("%(hours)s", String(Math.floor((whole % DAY) / HOUR)));
}

/** What is left of a limit, or how late it is. */
export function countdownInWords(due: Date, now: Date): string {
  const left = (due.getTime() - now.getTime()) / 1000;
  const pattern = left >= 0 ? gettext("%(span)s left") : gettext("late %(span)s");
  return pattern.replace("%(span)s", spanInWords(Math.abs(left)));
}

function past(seconds: number): string {
  if (seconds < HOUR) return counted(Math.floor(seconds / MINUTE), (n) => ngettext("%(count)s min ago", "%(count)s min ago", n));
  if (seconds < DAY) return counted(Math.floor(seconds / HOUR), (n) => ngettext("%(count)s h ago", "%(count)s h ago", n));
  return counted(Math.floor(seconds / DAY), (n) => ngettext("%(count)s day ago", "%(count)s days ago", n));
}

function future(seconds: number): string {
  if (seconds < HOUR) return counted(Math.floor(seconds / MINUTE), (n) => ngettext("in %(count)s min", "in %(count)s min", n));
  if (seconds < DAY) return counted(Math.floor(seconds / HOUR), (n) => ngettext("in %(count)s h", "in %(count)s h", n));
  return counted(Math.floor(seconds / DAY), (n) => ngettext("in %(count)s day", "in %(count)s days", n));
}

function counted(count: number, words: (count: number) => string): string {
  return words(count).replace("%(count)s", String(count));
}
