import { Link } from "@tanstack/react-router";
import { type Cache, type CacheOutputBody, showCache } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { count, duration, exact, money, percent, visible } from "@/lib/format";
import { buttonLook } from "@/parts/button";
import { Facts, Panel } from "@/parts/panel";
import { Empty, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { Page } from "@/shell/page";
import { words } from "@/words";
import { Miss } from "./miss";
import { Purge } from "./purge";

const w = words.cache;

/** What does it save, is it safe? */
export default function CachePage() {
  const asked = useAnswer(showCache, {}, { every: 2_000 });
  return (
    <Page
      title={words.pages.cache}
      actions={
        <Link to={"/settings" as never} search={{ section: "cache" } as never} className={buttonLook()}>
          {w.settings}
        </Link>
      }
    >
      <Shown of={asked}>
        {(data) =>
          data.enabled ? (
            <>
              <Saved of={data} />
              <Purge />
              <Miss />
            </>
          ) : (
            <Empty why={w.off}>
              <Link to={"/settings" as never} search={{ section: "cache" } as never} className={buttonLook("main")}>
                {w.turnOn}
              </Link>
            </Empty>
          )
        }
      </Shown>
    </Page>
  );
}

function Saved({ of }: { of: CacheOutputBody }) {
  const { total } = of;
  const nodes = Object.entries(of.nodes).sort(([a], [b]) => a.localeCompare(b));
  return (
    <>
      <Panel title={w.saves}>
        <Facts
          of={[
            [w.rate, w.hits(percent(of.hit_rate), exact(total.hits), exact(total.hits + total.misses))],
            [w.money, money(total.saved_cost)],
            [w.time, duration(total.saved_seconds * 1_000)],
            [w.entries, exact(total.entries)],
          ]}
        />
        <p className="text-xs text-muted">{w.since}</p>
      </Panel>
      <Panel title={w.nodes}>
        <Table<[string, Cache]>
          caption={w.nodes}
          rows={nodes}
          rowKey={([name]) => name}
          columns={[
            { id: "node", title: w.node, cell: ([name]) => visible(name) },
            { id: "rate", title: w.rate, end: true, cell: ([, c]) => percent(c.hits / (c.hits + c.misses)) },
            { id: "money", title: w.money, end: true, cell: ([, c]) => money(c.saved_cost) },
            { id: "time", title: w.time, end: true, cell: ([, c]) => duration(c.saved_seconds * 1_000) },
            { id: "entries", title: w.entries, end: true, cell: ([, c]) => count(c.entries) },
            { id: "full", title: w.full, end: true, cell: ([, c]) => percent(c.max_bytes ? c.bytes / c.max_bytes : 0) },
          ]}
        />
      </Panel>
    </>
  );
}
