// Web push for this browser: asked for by a press, never on its own.
// <button data-island="push" data-key="VAPID public key" data-url="where the subscription is posted">

import { gettext } from "../words";
import { toast } from "./toasts";

/** base64url (RFC 4648, 5) → bytes. */
export function keyBytes(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function token(): string {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") as Record<string, string>;
  return headers["X-CSRFToken"] ?? "";
}

async function subscribe(key: string, url: string): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
  const worker = await navigator.serviceWorker.register("/sw.js");
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: keyBytes(key),
  });
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(subscription),
  });
  if (!answer.ok) throw new Error(String(answer.status));
}

export function mount(button: HTMLElement): undefined {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    button.hidden = true;
    return undefined;
  }
  button.addEventListener("click", () => {
    subscribe(button.dataset["key"] ?? "", button.dataset["url"] ?? "").then(
      () => {
        toast(gettext("This browser will be notified."), "success");
      },
      () => {
        toast(gettext("This browser does not allow notifications."), "error");
      },
    );
  });
  return undefined;
}
