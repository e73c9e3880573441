// The words of the page's language, from Django's JavaScript catalogue; msgids are English.

interface Catalogue {
  gettext(msgid: string): string;
  ngettext(singular: string, plural: string, count: number): string;
}

declare global {
  interface Window {
    django?: Partial<Catalogue>;
  }
}

export function gettext(msgid: string): string {
  return window.django?.gettext?.(msgid) ?? msgid;
}

export function ngettext(singular: string, plural: string, count: number): string {
  return window.django?.ngettext?.(singular, plural, count) ?? (count === 1 ? singular : plural);
}

/** `fill("{n} of {all}", {n: 1, all: 3})`; a name without a value stays as it is. */
export function fill(pattern: string, values: Record<string, string | number>): string {
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
