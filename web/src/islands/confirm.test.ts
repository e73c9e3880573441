import { expect, it, vi } from "vitest";
import { mount } from "./confirm";

it("sends the request only after a yes", async () => {
  document.body.innerHTML = "<dialog><p></p></dialog>";
  const dialog = document.querySelector("dialog")!;
  dialog.showModal = vi.fn();
  mount(dialog);
  const issueRequest = vi.fn();
  const ask = () => document.dispatchEvent(new CustomEvent("htmx:confirm", { cancelable: true, detail: { question: "Close it?", issueRequest } }));
  expect(ask()).toBe(false);
  dialog.returnValue = "no";
  dialog.dispatchEvent(new Event("close"));
  await Promise.resolve();
  expect(issueRequest).not.toHaveBeenCalled();
  ask();
  expect(dialog.querySelector("p")!.textContent).toBe("Close it?");
  dialog.returnValue = "yes";
  dialog.dispatchEvent(new Event("close"));
  await Promise.resolve();
  await Promise.resolve();
  expect(issueRequest).toHaveBeenCalledWith(true);
});

it("leaves requests without a question alone", () => {
  const untouched = document.dispatchEvent(
    new CustomEvent("htmx:confirm", { cancelable: true, detail: { question: null, issueRequest: vi.fn() } }),
  );
  expect(untouched).toBe(true);
});
