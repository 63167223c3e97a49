import { useState } from "react";
import { deleteProviderLimit, listProviderLimits, listProviders, updateProviderLimit } from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import type { Values } from "@/forms/form";
import { visible } from "@/lib/format";
import { useLiveRefresh } from "@/live/useLive";
import { Button } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Panel } from "@/parts/panel";
import { Empty, Failure, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { Editor } from "../objects/editor";
import type { Kind } from "../objects/kind";
import { limitText } from "./text";

const w = words.limits;

const limits: Kind = {
  title: w.providers,
  one: w.provider,
  none: w.noProviders,
  list: listProviderLimits as Kind["list"],
  member: "providers",
  // A provider's limits are made by changing them.
  create: updateProviderLimit as unknown as Kind["create"],
  update: updateProviderLimit as Kind["update"],
  remove: deleteProviderLimit as Kind["remove"],
  idOf: (of) => String(of.provider ?? of.name ?? ""),
  fresh: {},
  told: ["provider", "name"],
  limitsCount: (of) => ({ provider: String(of.provider ?? of.name ?? "") }),
  columns: [],
};

/** What all who call a provider may use of it together. */
export function ProviderLimits() {
  const { may } = useSession();
  const [search, set] = useUrl();
  const [removing, setRemoving] = useState("");
  const asked = useAnswer(limits.list, { query: { limit: 1_000 } }, { every: 10_000 });
  const providers = useAnswer(listProviders, { query: { limit: 1_000 } });
  useLiveRefresh(["config"], [listProviderLimits, listProviders], 300);
  const edited = search.provider;
  return (
    <Panel title={w.providers}>
      <Shown of={asked} rows={2}>
        {(data) => {
          const given = (data.providers ?? []) as Values[];
          // Those without limits can be given some.
          const names = new Set([...given.map(limits.idOf), ...(providers.data?.providers ?? []).map((p) => p.name)]);
          const rows = [...names]
            .sort()
            .map((name) => given.find((of) => limits.idOf(of) === name) ?? { provider: name });
          const opened = rows.find((of) => limits.idOf(of) === edited);
          return (
            <>
              {rows.length === 0 ? (
                <Empty why={w.noProviders} />
              ) : (
                <Table
                  caption={w.providers}
                  rows={rows}
                  rowKey={limits.idOf}
                  columns={[
                    { id: "provider", title: w.provider, cell: (of) => visible(limits.idOf(of)) },
                    { id: "money", title: w.money, cell: budgetsOf },
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
                    {
                      id: "do",
                      title: words.objects.actions,
                      end: true,
                      cell: (of) => (
                        <span className="flex justify-end gap-1">
                          <Button kind="quiet" onClick={() => set({ provider: limits.idOf(of) })}>
                            {may(updateProviderLimit.id) ? words.objects.edit : words.objects.look}
                          </Button>
                          {may(deleteProviderLimit.id) && given.includes(of) && (
                            <Button kind="quiet" onClick={() => setRemoving(limits.idOf(of))}>
                              {words.objects.remove}
                            </Button>
                          )}
                        </span>
                      ),
                    },
                  ]}
                />
              )}
              {opened && (
                <Editor
                  key={edited}
                  kind={limits}
                  of={opened}
                  revision={data.revision}
                  title={w.limitsOf(visible(edited ?? ""))}
                  onClose={() => set({ provider: "" }, { replace: true })}
                />
              )}
            </>
          );
        }}
      </Shown>
      {removing && <Remove provider={removing} onClose={() => setRemoving("")} />}
    </Panel>
  );
}

/** A provider's budgets, each with its period. */
function budgetsOf(of: Values): string {
  return [of.budget, ...((of.budgets ?? []) as unknown[])]
    .map((budget) => limitText(budget, "max_limit", "reset_duration"))
    .filter(Boolean)
    .join(", ");
}

function Remove({ provider, onClose }: { provider: string; onClose: () => void }) {
  const remove = useChange(deleteProviderLimit, [listProviderLimits]);
  return (
    <Confirm
      open
      onClose={onClose}
      title={w.removeOf(visible(provider))}
      effect={w.removeEffect(visible(provider))}
      action={words.objects.remove}
      name={provider}
      busy={remove.isPending}
      fault={remove.error && <Failure error={remove.error} />}
      onConfirm={() => remove.mutate({ path: { id: provider } }, { onSuccess: onClose })}
    />
  );
}
