import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { ApiError } from "@/api/error";
import { type LogRow, listLogs } from "@/api/operations";
import { usePages } from "@/api/pages";
import { isLive, rangeOf } from "@/lib/range";
import { live } from "@/live/socket";
import { useLiveEvents } from "@/live/useLive";
import type { Search } from "@/shell/search";
import { filterOf, liveFilterOf, matches } from "./filter";

/** The most rows that are kept: more than anybody reads, and little memory. */
const mostRows = 5_000;
const page = 200;

export interface Calls {
  rows: LogRow[];
  total: number | undefined;
  error: ApiError | null;
  loading: boolean;
  refetch: () => unknown;
  more: () => void;
  /** Rows that have come while the tail was held. */
  waiting: number;
  /** Of the calls of the last second, how many were told. */
  sampled: { sent: number; seen: number } | null;
  release: () => void;
  /** Drops what has come live: some of it may be there no more. */
  forget: () => void;
}

/** The calls that the URL asks for, the newest first, with those that come while it is open on top. */
export function useCalls(search: Search, held: boolean): Calls {
  const filter = filterOf(search);
  const known = liveFilterOf(search);
  const liveFilter = known ?? {};
  const tailing = isLive(rangeOf(search)) && known !== null;
  // A range that ends now begins a little later each time; that is no other question.
  const key = JSON.stringify({ ...filter, start_time: search.from });
  const written = usePages(listLogs, { ...filter, limit: page }, (answer) => answer.logs, {
    key,
    kept: true,
    // A call that has just been made is not written yet, and may have ended before this page listened.
    every: ([first]) => (first?.logs?.length ? false : 1_000),
  });
  const [fresh, setFresh] = useState<LogRow[]>([]);
  const waiting = useRef<LogRow[]>([]);
  const [waitingCount, setWaitingCount] = useState(0);
  const [sampled, setSampled] = useState<Calls["sampled"]>(null);
  const forget = useCallback(() => {
    setFresh([]);
    waiting.current = [];
    setWaitingCount(0);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question has other rows
  useEffect(forget, [key]);

  const release = useCallback(() => {
    if (waiting.current.length === 0) return;
    const came = waiting.current;
    waiting.current = [];
    setWaitingCount(0);
    setFresh((before) => [...came.reverse(), ...before].slice(0, mostRows));
  }, []);
  useLiveEvents(
    tailing ? ["log"] : [],
    (event) => {
      if (event.type === "sampled") setSampled({ sent: event.sent, seen: event.seen });
      if (event.type !== "log" || !tailing || !matches(event.payload, liveFilter)) return;
      waiting.current.push(event.payload);
      if (waiting.current.length > mostRows) waiting.current.shift();
    },
    liveFilter,
  );
  // Rows are drawn a few times a second, however many come.
  useEffect(() => {
    const timer = setInterval(() => {
      if (held) setWaitingCount(waiting.current.length);
      else release();
    }, 300);
    return () => clearInterval(timer);
  }, [held, release]);
  const { refetch, rows: kept } = written;
  useEffect(() => live.onResume(() => void refetch()), [refetch]);

  const rows = useMemo(() => {
    const there = new Set(kept.map((row) => row.id));
    return [...fresh.filter((row) => !there.has(row.id)), ...kept].slice(0, mostRows);
  }, [kept, fresh]);
  const first = written.first?.pagination;
  // The total is of sums, in which deleted calls still count. Where all rows are here, they are counted.
  const total = first?.next_cursor ? Math.max(first.total_count + fresh.length, rows.length) : rows.length;
  return {
    rows,
    total: first && total,
    error: written.error,
    loading: written.isPending,
    refetch,
    more: rows.length < mostRows ? written.more : () => {},
    waiting: waitingCount,
    sampled,
    release,
    forget,
  };
}
