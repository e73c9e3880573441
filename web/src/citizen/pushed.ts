// This phone tells of each step of one report: asked for by a press, ended by another.
// <button data-island="pushed" data-key data-worker data-url="where the subscription goes" data-start="where a following begins">

import { keyBytes } from "../islands/push";
import { toast } from "../islands/toasts";
import { token } from "../offline/carriers";
import { gettext } from "../words";

async function post(url: string, body: unknown): Promise<Record<string, string>> {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": await token() },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as Record<string, string>;
}

async function address(button: HTMLElement): Promise<string> {
  if (!button.dataset["url"]) button.dataset["url"] = (await post(button.dataset["start"] ?? "", null))["push"] ?? "";
  return button.dataset["url"];
}

async function begin(button: HTMLElement): Promise<void> {
  if ((await Notification.requestPermission()) !== "granted") throw new Error("refused");
  const worker = await navigator.serviceWorker.register(button.dataset["worker"] ?? "", { scope: "/reports/" });
  await navigator.serviceWorker.ready;
  const subscription = await worker.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: keyBytes(button.dataset["key"] ?? ""),
  });
  await post(await address(button), subscription);
}

function show(button: HTMLElement, on: boolean): void {
  button.setAttribute("aria-pressed", String(on));
  const words = button.querySelector("span");
  if (words) words.textContent = on ? gettext("This phone tells you of each step") : gettext("On this phone");
}

export function mount(button: HTMLElement): undefined {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return undefined;
  button.hidden = false;
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") === "true";
    const act = on ? address(button).then((url) => post(url, null)) : begin(button);
    act.then(
      () => {
        show(button, !on);
      },
      () => {
        toast(gettext("This browser does not allow notifications."), "error");
      },
    );
  });
  return undefined;
}
