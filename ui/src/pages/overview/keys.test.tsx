import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import type { LogStatsOutputBody } from "@/api/operations";
import { chartKeys } from ".";
import { Tiles, tilesCount } from "./tiles";

afterEach(cleanup);

it("each tile has its number, and the charts have those behind them", () => {
  const opened: Record<string, string>[] = [];
  const stats = { total_requests: 4, failed_requests: 1 } as LogStatsOutputBody;
  render(
    <Tiles stats={stats} seconds={60} counts={[]} latency={[]} cost={[]} onOpen={(filter) => opened.push(filter)} />,
  );
  expect(screen.getAllByRole("button")).toHaveLength(tilesCount);
  for (let key = 1; key <= 9; key++) fireEvent.keyDown(window, { key: String(key) });
  expect(opened).toHaveLength(tilesCount);
  expect(opened[1]).toEqual({ status: "error" });

  const charts: number[] = [];
  const keys = chartKeys((chart) => charts.push(chart));
  expect(Object.keys(keys)).toEqual(["7", "8", "9"]);
  for (const go of Object.values(keys)) go();
  expect(charts).toEqual([0, 1, 2]);
});
