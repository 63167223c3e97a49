import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { call } from "./call";
import type { ApiError } from "./error";
import type { Operation } from "./operation";

/** An answer that is one page of a list. */
interface Page {
  next_cursor?: string;
  pagination?: { next_cursor?: string };
}

interface PagesOptions<Answer> {
  /** What tells this question from others; absent, its query. */
  key?: unknown;
  /** Asks anew after so many milliseconds, by the pages that have come. */
  every?: (pages: Answer[]) => number | false;
  /** The pages are kept as they came until they are asked for anew. */
  kept?: boolean;
}

/** Asks for a list page by page: the rows that have come, and more() for those of the next page. */
export function usePages<Asked extends { query?: { after?: string } }, Answer extends Page, Row>(
  op: Operation<Asked, Answer>,
  query: Asked["query"],
  rowsOf: (page: Answer) => readonly Row[] | null | undefined,
  { key = query, every, kept = false }: PagesOptions<Answer> = {},
) {
  const asked = useInfiniteQuery<Answer, ApiError>({
    queryKey: [op.id, "pages", key],
    queryFn: ({ pageParam, signal }) => call(op, { query: { ...query, after: pageParam } } as Asked, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor ?? last.pagination?.next_cursor,
    refetchInterval: ({ state }) => every?.(state.data?.pages ?? []) ?? false,
    ...(kept && { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false }),
  });
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = asked;
  // biome-ignore lint/correctness/useExhaustiveDependencies: how rows are told from a page does not change
  const rows = useMemo(() => data?.pages.flatMap((page) => rowsOf(page) ?? []) ?? [], [data]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const { error, isPending, refetch } = asked;
  return { rows, first: data?.pages[0], more, error, isPending, refetch };
}
