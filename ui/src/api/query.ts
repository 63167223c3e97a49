import { keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { call } from "./call";
import { ApiError } from "./error";
import type { Operation } from "./operation";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.passing,
      refetchOnWindowFocus: true,
      // That there is no network is told like any failure; the browser's word for it is not waited for.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

interface AskOptions {
  /** Asks again after so many milliseconds, while the page is visible. */
  every?: number;
  enabled?: boolean;
  /** Does not make do with an answer of a moment ago. */
  anew?: boolean;
}

/** Asks the admin API and keeps the answer; while another is on its way, the one before is shown. */
export function useAnswer<Asked, Answer>(op: Operation<Asked, Answer>, asked: Asked, options: AskOptions = {}) {
  return useQuery<Answer, ApiError>({
    queryKey: [op.id, asked],
    queryFn: ({ signal }) => call(op, asked, signal),
    placeholderData: keepPreviousData,
    refetchInterval: options.every ?? false,
    enabled: options.enabled ?? true,
    refetchOnMount: options.anew ? "always" : true,
  });
}

/** Changes something. What was asked of the operations named is asked again afterwards. */
export function useChange<Asked, Answer>(op: Operation<Asked, Answer>, affects: readonly { id: string }[]) {
  const client = useQueryClient();
  const underWay = useRef(new Set<string>());
  const change = useMutation<Answer, ApiError, Asked>({
    mutationFn: (asked) => call(op, asked),
    onSuccess: () => Promise.all(affects.map((of) => client.invalidateQueries({ queryKey: [of.id] }))),
    onSettled: (_, _2, asked) => void underWay.current.delete(JSON.stringify(asked)),
  });
  // The second of two clicks may come before the button is drawn as disabled.
  const once = useMemo<typeof change.mutate>(
    () =>
      (...asked) => {
        const key = JSON.stringify(asked[0]);
        if (underWay.current.has(key)) return;
        underWay.current.add(key);
        change.mutate(...asked);
      },
    [change.mutate],
  );
  return { ...change, mutate: once };
}
