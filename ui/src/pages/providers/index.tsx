import { useState } from "react";
import { listKeyShares, listNodes, listProviders } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { useLiveRefresh } from "@/live/useLive";
import { Button } from "@/parts/button";
import { Empty, Shown } from "@/parts/states";
import { Page } from "@/shell/page";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { AddProvider } from "./add";
import { loadOf } from "./load";
import { ProviderPanel } from "./provider";

const w = words.providers;

/** Which key carries load, and why not? */
export default function Providers() {
  const { may } = useSession();
  const [adding, setAdding] = useState(false);
  const asked = useAnswer(listProviders, { query: { limit: 1_000 } }, { every: 15_000 });
  const shares = useAnswer(listKeyShares, {}, { every: 1_000 });
  const nodes = useAnswer(listNodes, {}, { every: 2_000 });
  useLiveRefresh(["config"], [listProviders, listKeyShares], 300);
  return (
    <Page
      title={words.pages.providers}
      actions={
        may("create-provider") && (
          <Button kind="main" onClick={() => setAdding(true)}>
            {w.add}
          </Button>
        )
      }
    >
      <Shown of={asked} rows={6}>
        {(data) => {
          const providers = data.providers ?? [];
          if (providers.length === 0) return <Empty why={w.none} />;
          return providers.map((p) => (
            <ProviderPanel
              key={p.name}
              provider={p}
              revision={data.revision}
              shares={(shares.data?.keys ?? []).filter((k) => k.provider === p.name)}
              load={loadOf(p.name ?? "", nodes.data?.nodes ?? [])}
            />
          ));
        }}
      </Shown>
      {adding && <AddProvider onClose={() => setAdding(false)} />}
    </Page>
  );
}
