// Be warned without an account: the form's first button asks the browser for a push subscription and sends it along.
// <form data-island="warned" data-key="VAPID public key"> with input[name=subscription] and [data-push]

import { gettext } from "../words";
import { keyBytes } from "./push";
import { toast } from "./toasts";

async function subscription(key: string): Promise<string> {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
  const worker = await navigator.serviceWorker.register("/sw.js");
  await navigator.serviceWorker.ready;
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: keyBytes(key) });
  return JSON.stringify(made);
}

export function mount(form: HTMLElement): undefined {
  const button = form.querySelector<HTMLButtonElement>("[data-push]");
  const field = form.querySelector<HTMLInputElement>("input[name=subscription]");
  if (!(form instanceof HTMLFormElement) || !button || !field) return undefined;
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return undefined;
  button.hidden = false;
  const without = form.querySelector<HTMLElement>("[data-no-push]");
  if (without) without.hidden = true;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    subscription(form.dataset["key"] ?? "").then(
      (made) => {
        field.value = made;
        form.requestSubmit();
      },
      () => {
        toast(gettext("This browser does not allow notifications."), "error");
      },
    );
  });
  form.querySelector("[data-phone]")?.addEventListener("click", () => {
    field.value = "";
  });
  return undefined;
}
