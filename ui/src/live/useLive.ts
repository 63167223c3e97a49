import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { type Health, type LiveEvent, live, type Topic } from "./socket";

/** Hears what the server tells of topics while the component is there. */
export function useLiveEvents(
  topics: Topic[],
  told: (event: LiveEvent) => void,
  filter?: Record<string, string[]>,
): void {
  const latest = useRef(told);
  latest.current = told;
  const wanted = JSON.stringify({ topics, filter });
  useEffect(() => {
    const unwant = live.want(JSON.parse(wanted));
    const unlisten = live.listen((event) => latest.current(event));
    return () => {
      unwant();
      unlisten();
    };
  }, [wanted]);
}

/** Asks again what operations have answered when a topic is told of, at most every so many milliseconds. */
export function useLiveRefresh(
  topics: Topic[],
  affects: readonly { id: string }[],
  atMostEvery = 2_000,
  filter?: Record<string, string[]>,
): void {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const refresh = () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      for (const op of affects) void client.invalidateQueries({ queryKey: [op.id] });
    }, atMostEvery);
  };
  useLiveEvents(
    topics,
    (event) => {
      if (topics.some((topic) => topic === event.type)) refresh();
    },
    filter,
  );
  useEffect(() => live.onResume(() => void client.invalidateQueries()), [client]);
  useEffect(() => () => clearTimeout(timer.current), []);
}

export function useHealth(): Health {
  return useSyncExternalStore(live.watch, () => live.health());
}
