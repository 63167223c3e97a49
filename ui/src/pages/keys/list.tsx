import { listVirtualKeys, type VirtualKeyObject } from "@/api/operations";
import { usePages } from "@/api/pages";
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
  const asked = usePages(listVirtualKeys, query, (page) => page.virtual_keys);
  const keys = asked.rows;
  const total = asked.first?.total_count;
  const budgets = useBudgets(
    "vk",
    keys.filter((k) => k.budget).map((k) => k.id ?? ""),
  );
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
        onEnd={asked.more}
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
