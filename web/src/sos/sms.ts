// The text that says the same as the call, for a phone without data. The server's rules.py reads it.

export interface Fix {
  lon: number;
  lat: number;
  accuracy_m: number | null;
  at: string;
}

const TWO = (value: number): string => String(value).padStart(2, "0");

/** Indochina time, whatever the phone is set to: the server reads it so. */
function moment(at: Date): string {
  const there = new Date(at.getTime() + 7 * 3_600_000);
  const clock = `${TWO(there.getUTCHours())}:${TWO(there.getUTCMinutes())}`;
  return `${clock} ${TWO(there.getUTCDate())}/${TWO(there.getUTCMonth() + 1)}/${there.getUTCFullYear()}`;
}

export function smsText(kind: string, fix: Fix | undefined, at: Date, key: string): string {
  const parts = ["SOS", kind || "?", fix ? `${fix.lat.toFixed(6)},${fix.lon.toFixed(6)}` : "?"];
  if (fix?.accuracy_m != null) parts.push(`±${Math.min(Math.round(fix.accuracy_m), 99_999)}m`);
  parts.push(moment(at));
  const short = key.replace(/[^0-9a-f]/gi, "").slice(0, 8);
  if (short.length === 8) parts.push(`#${short.toLowerCase()}`);
  return parts.join(" ");
}

/** RFC 5724; iOS and Android both take the body as a query. */
export function smsLink(number: string, text: string): string {
  return `sms:${number}?body=${encodeURIComponent(text)}`;
}
