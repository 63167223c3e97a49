import { none } from "@/lib/format";

const dollars = new Intl.NumberFormat(undefined, { style: "currency", currency: "USD", maximumFractionDigits: 4 });

/** Dollars for a million tokens. */
export function price(perMillion: number | undefined): string {
  return perMillion === undefined ? "" : dollars.format(perMillion);
}

/** Dollars for a million tokens, of dollars for one. */
export function priceOfOne(perToken: number | undefined): string {
  return perToken === undefined ? none : dollars.format(perToken * 1e6);
}
