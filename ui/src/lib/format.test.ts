import { describe, expect, it } from "vitest";
import { ago, count, duration, money, size, visible } from "./format";

describe("figures", () => {
  it("are short when they are large", () => {
    expect(count(9_999)).toBe("9,999");
    expect(count(1_234_567)).toBe("1.2M");
  });
  it("have the unit that fits", () => {
    expect([0.25, 12.34, 250, 1_500, 90_000].map(duration)).toEqual([
      "0.25 ms",
      "12.3 ms",
      "250 ms",
      "1.50 s",
      "1.5 min",
    ]);
  });
  it("have the unit that fits, of bytes", () => {
    expect([0, 1_023, 1_024, 5 * 1_048_576, 2 ** 41].map(size)).toEqual([
      "0 B",
      "1023 B",
      "1.0 KiB",
      "5.0 MiB",
      "2.0 TiB",
    ]);
  });
  it("keep the digits of small sums", () => {
    expect([0.000123, 0.25, 12].map(money)).toEqual(["$0.000123", "$0.25", "$12.00"]);
  });
  it("say how long ago", () => {
    expect(ago(1_000_000 - 90_000, 1_000_000)).toBe("1 minute ago");
  });
});

describe("text of callers", () => {
  it("shows marks that would steer the line", () => {
    expect(visible("a\u202eb\u001b[31m")).toBe("a⟨U+202E⟩b⟨U+001B⟩[31m");
  });
  it("leaves lines, tabs and letters alone", () => {
    expect(visible("a\tb\n<script>é")).toBe("a\tb\n<script>é");
  });
});
