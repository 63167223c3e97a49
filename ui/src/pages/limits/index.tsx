import {
  createModelConfig,
  deleteModelConfig,
  type LimitUsage,
  listLimits,
  listModelConfigs,
  listProviderLimits,
  updateModelConfig,
} from "@/api/operations";
import { useAnswer } from "@/api/query";
import { dateTime, exact, nano, visible } from "@/lib/format";
import { Spent } from "@/parts/bars";
import { Panel } from "@/parts/panel";
import { Empty, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { Page } from "@/shell/page";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import type { Kind } from "../objects/kind";
import { ObjectList } from "../objects/list";
import { ProviderLimits } from "./providers";
import { Refusals } from "./refusals";
import { limitText } from "./text";

const w = words.limits;

const models: Kind = {
  title: w.models,
  one: w.model,
  none: w.noModels,
  list: listModelConfigs as Kind["list"],
  member: "model_configs",
  create: createModelConfig as Kind["create"],
  update: updateModelConfig as Kind["update"],
  remove: deleteModelConfig as Kind["remove"],
  idOf: (of) => String(of.id ?? of.model_name ?? ""),
  fresh: { model_name: "", rate_limit: { request_max_limit: 100, request_reset_duration: "1m" } },
  limitsCount: (of) =>
    of.model_name ? { provider: String(of.provider ?? ""), model_name: String(of.model_name) } : undefined,
  columns: [
    { id: "model", title: w.model, cell: (of) => visible([of.provider, of.model_name].filter(Boolean).join("/")) },
    { id: "budget", title: w.money, cell: (of) => limitText(of.budget, "max_limit", "reset_duration") },
    {
      id: "requests",
      title: w.requests,
      cell: (of) => limitText(of.rate_limit, "request_max_limit", "request_reset_duration"),
    },
    {
      id: "tokens",
      title: w.tokens,
      cell: (of) => limitText(of.rate_limit, "token_max_limit", "token_reset_duration"),
    },
  ],
};

/** What is refused, by what? */
export default function Limits() {
  const { may } = useSession();
  const asked = useAnswer(listLimits, { query: { limit: 1_000 } }, { every: 3_000 });
  return (
    <Page title={words.pages.limits} range>
      <Panel title={w.refusals.title}>
        <Refusals />
      </Panel>
      <Panel title={w.inForce}>
        <Shown of={asked}>{(data) => <Usage limits={data.limits ?? []} />}</Shown>
      </Panel>
      <Panel title={w.models}>
        <ObjectList kind={models} />
      </Panel>
      {may(listProviderLimits.id) && <ProviderLimits />}
    </Page>
  );
}

function Usage({ limits }: { limits: LimitUsage[] }) {
  if (limits.length === 0) return <Empty why={w.none} />;
  // Those nearest to their edge stand first.
  const rows = [...limits].sort((a, b) => (b.used + b.held) / (b.max || 1) - (a.used + a.held) / (a.max || 1));
  return (
    <Table
      caption={w.inForce}
      rows={rows}
      rowKey={(l) => l.id}
      columns={[
        { id: "owner", title: w.owner, cell: (l) => `${l.scope} ${visible(l.owner)}` },
        { id: "kind", title: w.kind, cell: (l) => `${w.kinds[l.kind]} · ${l.calendar ?? l.period ?? ""}` },
        {
          id: "used",
          title: w.used,
          cell: (l) => (
            <Spent name={l.id} used={l.used} held={l.held} max={l.max} format={l.kind === "money" ? nano : exact} />
          ),
        },
        { id: "resets", title: w.resets, cell: (l) => dateTime(l.resets_at) },
      ]}
    />
  );
}
