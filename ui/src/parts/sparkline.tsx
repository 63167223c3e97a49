/** The course of a figure, beside it; the figure itself says what matters. */
export function Sparkline({ values }: { values: number[] }) {
  const top = Math.max(...values, 0) || 1;
  const points = values.map(
    (v, i) => `${((i / Math.max(values.length - 1, 1)) * 100).toFixed(2)},${(28 - (v / top) * 26).toFixed(2)}`,
  );
  return (
    <svg viewBox="0 0 100 30" preserveAspectRatio="none" className="h-7 w-full" aria-hidden="true">
      <polyline
        points={points.join(" ")}
        fill="none"
        className="stroke-accent"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
