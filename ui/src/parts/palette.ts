/** The looks of series that have no meaning of their own. Lines differ by their dashes, too. */
export const palette = [
  { fill: "fill-series-1", stroke: "stroke-series-1", dash: "" },
  { fill: "fill-series-2", stroke: "stroke-series-2", dash: "6 3" },
  { fill: "fill-series-3", stroke: "stroke-series-3", dash: "2 2" },
  { fill: "fill-series-4", stroke: "stroke-series-4", dash: "10 3 2 3" },
  { fill: "fill-series-5", stroke: "stroke-series-5", dash: "12 4" },
  { fill: "fill-series-6", stroke: "stroke-series-6", dash: "4 6" },
] as const;
