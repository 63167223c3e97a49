/** A text that YAML takes for itself without quotation marks, and for nothing else. */
const plain = /^[A-Za-z_][A-Za-z0-9_./-]*$/;
const otherwise = new Set(["true", "false", "null", "yes", "no", "on", "off", "y", "n"]);

function scalar(value: unknown): string {
  if (typeof value === "string" && plain.test(value) && !otherwise.has(value.toLowerCase())) return value;
  return JSON.stringify(value ?? null); // which is YAML, too
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function lines(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [scalar(value)];
  if (isEmpty(value)) return [Array.isArray(value) ? "[]" : "{}"];
  if (Array.isArray(value)) {
    return value.flatMap((of) => lines(of).map((line, i) => `${i === 0 ? "- " : "  "}${line}`));
  }
  return Object.entries(value).flatMap(([name, of]) => {
    const within = lines(of);
    const isBlock = typeof of === "object" && of !== null && !isEmpty(of);
    return isBlock
      ? [`${scalar(name)}:`, ...within.map((line) => `  ${line}`)]
      : [`${scalar(name)}: ${within[0] ?? ""}`];
  });
}

/** Writes a value of JSON as YAML. */
export function yaml(value: unknown): string {
  return lines(value).join("\n");
}
