import { createPlugin, deletePlugin, listPlugins, updatePlugin } from "@/api/operations";
import { visible } from "@/lib/format";
import { Page } from "@/shell/page";
import { words } from "@/words";
import type { Kind } from "../objects/kind";
import { ObjectList } from "../objects/list";
import { enabled } from "../objects/state";

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
    { id: "place", title: w.place, cell: (of) => `${of.placement ?? "post_builtin"} · ${of.order ?? 0}` },
    { id: "roll", title: w.rollout, end: true, cell: (of) => `${of.rollout_percent ?? 100} %` },
    { id: "fail", title: w.onError, cell: (of) => String(of.on_error ?? "allow") },
  ],
};

/** What touches calls? In the order in which it does. */
export default function Plugins() {
  return (
    <Page title={words.pages.plugins}>
      <ObjectList kind={plugins} />
    </Page>
  );
}
