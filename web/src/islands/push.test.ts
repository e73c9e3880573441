import { expect, it } from "vitest";
import { keyBytes } from "./push";

it("reads a base64url key", () => {
  expect([...keyBytes("-_8A")]).toEqual([251, 255, 0]);
});
