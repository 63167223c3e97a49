import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiError } from "@/api/error";
import {
  type ConfigKey,
  deleteProviderKey,
  type KeyShare,
  listKeyShares,
  listProviders,
  updateProviderKey,
} from "@/api/operations";
import { useChange } from "@/api/query";
import { chat, models } from "@/gateway/chat";
import { useGateway } from "@/gateway/useGateway";
import { ago, duration } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { ShareBar } from "@/parts/bars";
import { Button } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Failure } from "@/parts/states";
import { Table } from "@/parts/table";
import { say } from "@/parts/toast";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { KeyForm } from "./keyform";
import type { Load } from "./load";

const w = words.providers;
type Key = NonNullable<ConfigKey>;

interface Props {
  provider: string;
  keys: ConfigKey[];
  shares: KeyShare[];
  load: Load;
  revision: number;
}

/** How a key is: switched off, broken, resting, scarce or in use. */
function State({ of, share, load }: { of: Key; share: KeyShare | undefined; load: Load }) {
  const rest = load.resting.get(of.name ?? "");
  if (of.enabled === false) return <Badge tone="plain">{w.off}</Badge>;
  if (share && share.broken > 0) return <Badge tone="bad">{w.broken(rest?.reason ?? "")}</Badge>;
  if (share && share.cooling > 0)
    return <Badge tone="warn">{w.cooling(rest?.until ? ago(rest.until) : "", rest?.reason ?? "")}</Badge>;
  if (share && share.scarce > 0) return <Badge tone="warn">{w.scarce}</Badge>;
  return <Badge tone="good">{w.inUse}</Badge>;
}

export function Keys({ provider, keys, shares, load, revision }: Props) {
  const { may } = useSession();
  const [editing, setEditing] = useState<Key | null>(null);
  const [removing, setRemoving] = useState<Key | null>(null);
  const shareOf = (key: Key) => shares.find((s) => s.key === key.name);
  const rows = keys.filter((k): k is Key => k !== null);
  return (
    <>
      <Table
        caption={w.keysOf(provider)}
        rows={rows}
        rowKey={(k) => k.id ?? k.name ?? ""}
        columns={[
          { id: "name", title: w.key, cell: (k) => k.name },
          { id: "state", title: w.state, cell: (k) => <State of={k} share={shareOf(k)} load={load} /> },
          {
            id: "share",
            title: w.share,
            cell: (k) => (
              <ShareBar name={k.name ?? ""} target={shareOf(k)?.target ?? 0} actual={shareOf(k)?.actual ?? 0} />
            ),
          },
          { id: "weight", title: w.weight, end: true, cell: (k) => k.weight ?? 1 },
          { id: "models", title: w.models, cell: (k) => (k.models?.length ? k.models.join(", ") : w.allModels) },
          {
            id: "do",
            title: w.actions,
            end: true,
            cell: (k) => (
              <span className="flex justify-end gap-1">
                <Test provider={provider} name={k.name ?? ""} />
                {may("update-provider-key") && (
                  <>
                    <Toggle provider={provider} of={k} />
                    <Button kind="quiet" onClick={() => setEditing(k)}>
                      {w.edit}
                    </Button>
                  </>
                )}
                {may("delete-provider-key") && (
                  <Button kind="quiet" onClick={() => setRemoving(k)}>
                    {w.remove}
                  </Button>
                )}
              </span>
            ),
          },
        ]}
      />
      {editing && (
        <KeyForm
          provider={provider}
          of={editing}
          others={rows.filter((k) => k !== editing)}
          revision={revision}
          onClose={() => setEditing(null)}
        />
      )}
      {removing && <Remove provider={provider} of={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

/** Makes a small call with one key and says what came of it. */
function Test({ provider, name }: { provider: string; name: string }) {
  const { isHere } = useGateway();
  const test = useMutation<number, ApiError>({
    mutationFn: async () => {
      const offered = await models(isHere !== false);
      const model = offered.find((m) => m.startsWith(`${provider}/`)) ?? `${provider}/default`;
      return (await chat(isHere !== false, { model, prompt: "ping", pin: name })).tookMs;
    },
  });
  if (test.error) return <Badge tone="bad">{test.error.code}</Badge>;
  if (test.data !== undefined) return <Badge tone="good">{w.answered(duration(test.data))}</Badge>;
  return (
    <Button kind="quiet" disabled={test.isPending || isHere === undefined} onClick={() => test.mutate()}>
      {w.test}
    </Button>
  );
}

function Toggle({ provider, of }: { provider: string; of: Key }) {
  const change = useChange(updateProviderKey, [listProviders, listKeyShares]);
  const on = of.enabled !== false;
  return (
    <Button
      kind="quiet"
      disabled={change.isPending}
      onClick={() =>
        change.mutate(
          { path: { provider, id: of.id ?? of.name ?? "" }, body: { enabled: !on } },
          {
            onSuccess: () => say(on ? w.paused(of.name ?? "") : w.resumed(of.name ?? "")),
            onError: (e) => say(e.message, e.code),
          },
        )
      }
    >
      {on ? w.pause : w.resume}
    </Button>
  );
}

function Remove({ provider, of, onClose }: { provider: string; of: Key; onClose: () => void }) {
  const remove = useChange(deleteProviderKey, [listProviders, listKeyShares]);
  const name = of.name ?? "";
  return (
    <Confirm
      open
      onClose={onClose}
      title={w.removeKeyTitle(name)}
      effect={w.removeKeyEffect(provider)}
      action={w.remove}
      name={name}
      busy={remove.isPending}
      fault={remove.error && <Failure error={remove.error} />}
      onConfirm={() => remove.mutate({ path: { provider, id: of.id ?? name } }, { onSuccess: onClose })}
    />
  );
}
