import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { deleteProvider, type KeyShare, listKeyShares, listProviders, type ProviderObject } from "@/api/operations";
import { useChange } from "@/api/query";
import { exact } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button, buttonLook } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Panel } from "@/parts/panel";
import { Failure } from "@/parts/states";
import { say } from "@/parts/toast";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { KeyForm } from "./keyform";
import { Keys } from "./keys";
import type { Load } from "./load";

const w = words.providers;

interface Props {
  provider: ProviderObject;
  revision: number;
  shares: KeyShare[];
  load: Load;
}

export function ProviderPanel({ provider, revision, shares, load }: Props) {
  const { may } = useSession();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState(false);
  const name = provider.name ?? "";
  const keys = provider.keys ?? [];
  return (
    <Panel
      title={
        <span className="flex items-center gap-2">
          {name}
          {provider.provider_status === "error" ? (
            <Badge tone="bad">{w.wrong}</Badge>
          ) : (
            <Badge tone="good">{w.ready}</Badge>
          )}
        </span>
      }
      side={
        <span className="flex flex-wrap items-center gap-3 text-xs text-muted">
          <span>{w.slots(exact(load.busy), exact(load.slots), exact(load.waiting))}</span>
          <span>{w.tries(exact(load.tries), exact(load.failed))}</span>
          <Link to={"/calls" as never} search={{ providers: name } as never} className={buttonLook("quiet")}>
            {w.calls}
          </Link>
          {may("create-provider-key") && <Button onClick={() => setAdding(true)}>{w.addKey}</Button>}
          {may("delete-provider") && (
            <Button kind="quiet" onClick={() => setRemoving(true)}>
              {w.remove}
            </Button>
          )}
        </span>
      }
    >
      {keys.length === 0 ? (
        <p className="text-muted">{w.noKeys}</p>
      ) : (
        <Keys provider={name} keys={keys} shares={shares} load={load} revision={revision} />
      )}
      {adding && <KeyForm provider={name} onClose={() => setAdding(false)} />}
      {removing && <Remove name={name} keys={keys.length} onClose={() => setRemoving(false)} />}
    </Panel>
  );
}

function Remove({ name, keys, onClose }: { name: string; keys: number; onClose: () => void }) {
  const remove = useChange(deleteProvider, [listProviders, listKeyShares]);
  return (
    <Confirm
      open
      onClose={onClose}
      title={w.removeTitle(name)}
      effect={w.removeEffect(name, keys)}
      action={w.remove}
      name={name}
      busy={remove.isPending}
      fault={remove.error && <Failure error={remove.error} />}
      onConfirm={() =>
        remove.mutate(
          { path: { id: name } },
          {
            onSuccess: () => {
              say(w.removed(name));
              onClose();
            },
          },
        )
      }
    />
  );
}
