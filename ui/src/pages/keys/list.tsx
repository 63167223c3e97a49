import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { call } from "@/api/call";
import type { ApiError } from "@/api/error";
import { listVirtualKeys, type VirtualKeyObject } from "@/api/operations";
import { ago, exact, nano, visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Spent } from "@/parts/bars";
import { TextField } from "@/parts/field";
import { Grid } from "@/parts/grid";
import { Empty, Failure, Skeleton } from "@/parts/states";
import { useUrl } from "@/shell/search";
import { words } from "@/words";
import { KeySheet } from "./sheet";
import { useBudgets } from "./usage";

const w = words.keysPage;

export function KeyList() {
  const [search, set] = useUrl();
  const query = {
    limit: 100,
    ...(search.search && { search: search.search }),
    ...(search.team_id && { team_id: search.team_id }),
    ...(search.customer_id && { customer_id: search.customer_id }),
  };
  const asked = useInfiniteQuery<
    { virtual_keys?: VirtualKeyObject[]; next_cursor?: string; total_count?: number },
    ApiError
  >({
    queryKey: [listVirtualKeys.id, query],
    queryFn: ({ pageParam, signal }) =>
      call(listVirtualKeys, { query: { ...query, ...(pageParam ? { after: String(pageParam) } : {}) } }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next_cursor,
  });
  const keys = asked.data?.pages.flatMap((p) => p.virtual_keys ?? []) ?? [];
  const total = asked.data?.pages[0]?.total_count;
  const budgets = useBudgets(
    "vk",
    keys.filter((k) => k.budget).map((k) => k.id ?? ""),
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = asked;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (asked.isPending) return asked.error ? null : <Skeleton rows={8} />;
  if (asked.error && keys.length === 0) return <Failure error={asked.error} retry={asked.refetch} />;
  if (keys.length === 0 && !search.search) return <Empty why={w.noKeys} />;
  return (
    <>
      <form
        className="flex items-end gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          set({ search: String(new FormData(event.currentTarget).get("search")).trim() });
        }}
      >
        <TextField label={w.search} name="search" defaultValue={search.search ?? ""} data-filter />
        <span className="pb-1.5 text-muted">{total === undefined ? "" : w.total(total)}</span>
      </form>
      {asked.error && <Failure error={asked.error} retry={asked.refetch} />}
      <Grid
        label={words.pages.keys}
        rows={keys}
        {...(total !== undefined && { total })}
        rowKey={(k) => k.id ?? ""}
        opened={search.open}
        onOpen={(k) => set({ open: k.id ?? "" }, { replace: true })}
        onEnd={more}
        columns={[
          { id: "name", title: w.name, width: "minmax(10rem,1.5fr)", cell: (k) => visible(k.name ?? "") },
          { id: "state", title: w.state, width: "7rem", cell: (k) => <KeyState of={k} /> },
          {
            id: "owner",
            title: w.owner,
            width: "minmax(8rem,1fr)",
            cell: (k) => visible(k.team_id ?? k.customer_id ?? k.user_id ?? ""),
          },
          {
            id: "budget",
            title: w.budget,
            width: "minmax(14rem,1.5fr)",
            cell: (k) => {
              const b = budgets.get(k.id ?? "");
              return b ? <Spent name={k.name ?? ""} used={b.used} held={b.held} max={b.max} format={nano} /> : null;
            },
          },
          {
            id: "rate",
            title: w.requests,
            width: "9rem",
            cell: (k) =>
              k.rate_limit?.request_max_limit
                ? w.per(exact(k.rate_limit.request_max_limit), k.rate_limit.request_reset_duration ?? "")
                : "",
          },
          { id: "made", title: w.made, width: "9rem", cell: (k) => ago(k.created_at) },
        ]}
      />
      <KeySheet id={search.open} onClose={() => set({ open: "" }, { replace: true })} />
    </>
  );
}

export function KeyState({ of }: { of: VirtualKeyObject }) {
  if (of.expires_at && Date.parse(of.expires_at) < Date.now()) return <Badge tone="bad">{w.expired}</Badge>;
  return of.is_active === false ? <Badge tone="plain">{w.off}</Badge> : <Badge tone="good">{w.on}</Badge>;
}
