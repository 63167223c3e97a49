import { type FormEvent, useState } from "react";
import { listPlugins, rollbackPlugin, upgradePlugin } from "@/api/operations";
import { useChange } from "@/api/query";
import type { Values } from "@/forms/form";
import { visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { say } from "@/parts/toast";
import { useSession } from "@/shell/session";
import { words } from "@/words";

const w = words.plugins;

/** Has another version of a plugin tried by a share of its calls, widens that, or goes back. */
export function Upgrade({ of, onClose }: { of: Values; onClose: () => void }) {
  const { may } = useSession();
  const id = String(of.name ?? "");
  const upgrade = useChange(upgradePlugin, [listPlugins]);
  const back = useChange(rollbackPlugin, [listPlugins]);
  const tried = of.upgrade as { version?: unknown; percent?: number } | undefined;
  const [percent, setPercent] = useState(tried?.percent ?? 5);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const texts = ["artefact", "path", "version"].map((name) => [name, String(form.get(name) ?? "").trim()]);
    upgrade.mutate(
      { path: { id }, body: { ...Object.fromEntries(texts.filter(([, text]) => text)), percent } },
      {
        onSuccess: () => {
          say(percent === 100 ? w.upgraded(id) : w.rolledOut(id, percent));
          onClose();
        },
      },
    );
  };
  const error = upgrade.error ?? back.error;
  return (
    <Dialog open onClose={onClose} title={w.upgradeOf(visible(id))}>
      <form className="flex flex-col gap-4" onSubmit={submit}>
        {tried ? (
          <p>{w.tried(visible(String(tried.version ?? "")), tried.percent ?? 0)}</p>
        ) : (
          <>
            <TextField label={w.artefact} name="artefact" hint={w.artefactHint} />
            <TextField label={w.path} name="path" />
            <TextField label={w.version} name="version" />
          </>
        )}
        <TextField
          label={w.percent}
          hint={w.percentHint}
          type="number"
          min={1}
          max={100}
          value={percent}
          onChange={(e) => setPercent(Number(e.target.value))}
        />
        {error && <Failure error={error} />}
        <div className="flex justify-end gap-2">
          {may(rollbackPlugin.id) && (
            <Button
              disabled={back.isPending}
              onClick={() =>
                back.mutate(
                  { path: { id } },
                  {
                    onSuccess: () => {
                      say(w.rolledBack(id));
                      onClose();
                    },
                  },
                )
              }
            >
              {w.rollback}
            </Button>
          )}
          <Button kind="main" type="submit" disabled={upgrade.isPending}>
            {tried ? w.widen : w.upgrade}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
