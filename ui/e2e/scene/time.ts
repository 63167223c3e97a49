/** The time at which pictures are taken. */
export const now = Date.parse("2026-11-02T10:00:00Z");

/** A time so many seconds before. */
export function before(seconds: number): string {
  return new Date(now - seconds * 1_000).toISOString();
}

/** A number of 0 to 1 that follows from two others and looks like chance. */
export function chance(n: number, of = 0): number {
  const x = Math.sin(n * 127.1 + of * 311.7) * 43_758.5453;
  return x - Math.floor(x);
}
