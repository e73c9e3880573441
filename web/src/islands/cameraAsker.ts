// Asks the centre for a ticket to a camera's picture. One look is written down; what goes on is renewed.

import { Refused, type Asker, type Opened } from "./cameraPlayer";

const renewals = new Map<string, string>();

export function token(): string {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>;
  return headers["X-CSRFToken"] ?? "";
}

async function ask(url: string, fields: Record<string, string>): Promise<Opened> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "X-CSRFToken": token(), Accept: "application/json" },
    body: new URLSearchParams(fields),
  });
  if (answer.ok) return (await answer.json()) as Opened;
  if (answer.status >= 500) throw new Error(String(answer.status));
  const problem = (await answer.json().catch(() => ({}))) as { detail?: string };
  throw new Refused(problem.detail ?? "");
}

async function openedAnew(element: HTMLElement, url: string, key: string): Promise<Opened> {
  const fields: Record<string, string> = {
    size: element.dataset["size"] ?? "main",
    reason: element.dataset["reason"] ?? "",
  };
  if (element.dataset["wall"] !== undefined) fields["wall"] = "1";
  if (element.dataset["incident"]) fields["incident"] = element.dataset["incident"];
  renewals.delete(key);
  const opened = await ask(url, fields);
  if (opened.renewal) renewals.set(key, opened.renewal);
  return opened;
}

/** A page that turns or reconnects goes on with the look that was written down when it was opened. */
export function askerOf(element: HTMLElement, url: string): Asker {
  return {
    open: async () => {
      const key = [url, element.dataset["size"], element.dataset["reason"]].join(" ");
      const renewal = renewals.get(key);
      if (renewal === undefined) return await openedAnew(element, url, key);
      try {
        return { ...(await ask(url, { renewal })), renewal };
      } catch (error) {
        if (error instanceof Refused) return await openedAnew(element, url, key);
        throw error;
      }
    },
    renew: (renewal: string) => ask(url, { renewal }),
  };
}
