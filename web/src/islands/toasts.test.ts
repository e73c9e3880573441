import { expect, it } from "vitest";
import { mount, refusal, toast } from "./toasts";

it("says what a problem document says, else words for the status", () => {
  expect(refusal(422, '{"detail": "value is too large"}', "application/problem+json")).toBe("value is too large");
  expect(refusal(403, "", "text/html")).toBe("You may not do this.");
  expect(refusal(500, "", "text/html")).toBe("That did not work. Try again.");
});

it("shows a toast as text, never as markup, and closes it", () => {
  document.body.innerHTML =
    "<div><template><div class='toast-line'><span></span><button></button></div></template></div>";
  mount(document.querySelector("div")!);
  toast("<b>hello</b>", "error");
  const line = document.querySelector<HTMLElement>(".toast-error")!;
  expect(line.querySelector("span")!.textContent).toBe("<b>hello</b>");
  line.querySelector("button")!.click();
  expect(document.querySelector(".toast-error")).toBeNull();
});
