import { useState } from "react";
import {
  createPlugin,
  deletePlugin,
  listPluginArtefacts,
  listPlugins,
  type PluginStatus,
  pluginStatus,
  testPlugin,
  updatePlugin,
  upgradePlugin,
} from "@/api/operations";
import type { Values } from "@/forms/form";
import { visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import type { Kind } from "../objects/kind";
import { ObjectList } from "../objects/list";
import { enabled } from "../objects/state";
import { Artefacts } from "./artefacts";
import { Nodes } from "./nodes";
import { Cost, State } from "./state";
import { Trial } from "./trial";
import { Upgrade } from "./upgrade";

const w = words.plugins;

const plugins: Kind = {
  title: words.pages.plugins,
  one: w.one,
  none: w.none,
  list: listPlugins as Kind["list"],
  member: "plugins",
  create: createPlugin as Kind["create"],
  update: updatePlugin as Kind["update"],
  remove: deletePlugin as Kind["remove"],
  idOf: (of) => String(of.name ?? ""),
  fresh: { name: "", kind: "http", config: {} },
  told: ["status"],
  columns: [
    { id: "name", title: w.name, cell: (of) => visible(String(of.name ?? "")) },
    { id: "kind", title: w.kind, cell: (of) => String(of.kind ?? of.name ?? "") },
    enabled,
    { id: "status", title: w.status, cell: (of) => <State of={of.status as PluginStatus | undefined} /> },
    { id: "cost", title: w.calls, cell: (of) => <Cost of={of.status as PluginStatus | undefined} /> },
    { id: "place", title: w.place, cell: (of) => `${of.placement ?? "post_builtin"} · ${of.order ?? 0}` },
    { id: "roll", title: w.rollout, end: true, cell: (of) => `${of.rollout_percent ?? 100} %` },
    { id: "fail", title: w.onError, cell: (of) => String(of.on_error ?? "allow") },
  ],
};

/** What touches calls? In the order in which it does. */
export default function Plugins() {
  const { may } = useSession();
  const [search, set] = useUrl();
  const [tried, setTried] = useState("");
  const [upgraded, setUpgraded] = useState<Values | null>(null);
  return (
    <Page title={words.pages.plugins}>
      <ObjectList
        kind={plugins}
        extra={(of) => (
          <>
            {may(pluginStatus.id) && (
              <Button kind="quiet" onClick={() => set({ nodes: String(of.name ?? "") })}>
                {w.nodes.look}
              </Button>
            )}
            {may(testPlugin.id) && (
              <Button kind="quiet" onClick={() => setTried(String(of.name ?? ""))}>
                {w.tryIt}
              </Button>
            )}
            {may(upgradePlugin.id) && (
              <Button kind="quiet" onClick={() => setUpgraded(of)}>
                {w.upgrade}
              </Button>
            )}
          </>
        )}
      />
      {may(listPluginArtefacts.id) && <Artefacts />}
      {search.nodes && <Nodes id={search.nodes} onClose={() => set({ nodes: "" }, { replace: true })} />}
      {tried && <Trial id={tried} onClose={() => setTried("")} />}
      {upgraded && <Upgrade of={upgraded} onClose={() => setUpgraded(null)} />}
    </Page>
  );
}
