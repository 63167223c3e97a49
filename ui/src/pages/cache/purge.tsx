import { type FormEvent, useState } from "react";
import { purgeCache, purgeCachedCall, showCache } from "@/api/operations";
import { useChange } from "@/api/query";
import { Button } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { TextField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Failure } from "@/parts/states";
import { say } from "@/parts/toast";
import { useSession } from "@/shell/session";
import { words } from "@/words";

const w = words.cache;

/** Which answers are to be forgotten: all that each of what is set means. */
type Selection = Partial<Record<"namespace" | "model" | "virtual_key_id" | "call", string>>;

/** Has every node forget answers: of a namespace, a model, a virtual key, one call, or all. */
export function Purge() {
  const { may } = useSession();
  const [chosen, choose] = useState<Selection | null>(null);
  if (!may(purgeCache.id)) return null;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const texts = [...form.entries()].map(([name, value]) => [name, String(value).trim()]);
    choose(Object.fromEntries(texts.filter(([, value]) => value)));
  };
  return (
    <Panel title={w.purge}>
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <div className="grid gap-3 md:grid-cols-4">
          <TextField label={w.namespace} name="namespace" hint={w.namespaceHint} maxLength={256} />
          <TextField label={w.model} name="model" hint={w.modelHint} maxLength={256} />
          <TextField label={w.virtualKey} name="virtual_key_id" hint={w.virtualKeyHint} maxLength={256} />
          <TextField label={w.call} name="call" hint={w.callHint} maxLength={256} />
        </div>
        <div>
          <Button type="submit" kind="danger">
            {w.purge}
          </Button>
        </div>
      </form>
      {chosen && <Ask of={chosen} onClose={() => choose(null)} />}
    </Panel>
  );
}

function Ask({ of, onClose }: { of: Selection; onClose: () => void }) {
  const some = useChange(purgeCache, [showCache]);
  const one = useChange(purgeCachedCall, [showCache]);
  const { call, ...query } = of;
  const purging = call ? one : some;
  const done = {
    onSuccess: () => {
      say(w.purged);
      onClose();
    },
  };
  return (
    <Confirm
      open
      onClose={onClose}
      title={w.purge}
      effect={Object.keys(of).length ? w.effect(Object.values(of).join(" · ")) : w.effectAll}
      action={w.purge}
      busy={purging.isPending}
      fault={purging.error && <Failure error={purging.error} />}
      onConfirm={() => (call ? one.mutate({ path: { requestId: call } }, done) : some.mutate({ query }, done))}
    />
  );
}
