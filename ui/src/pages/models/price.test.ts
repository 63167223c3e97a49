import { expect, it } from "vitest";
import { price, priceOfOne } from "./price";

it("shows what a million tokens cost", () => {
  expect(price(0.15)).toBe("$0.15");
  expect(price(undefined)).toBe("");
  expect(priceOfOne(3e-7)).toBe("$0.30");
  expect(priceOfOne(undefined)).toBe("–");
});
