import { type FormEvent, useState } from "react";
import { type Artefact, deletePluginArtefact, listPluginArtefacts, pushPluginArtefact } from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { ago, size, visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Copy } from "@/parts/copy";
import { TextField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Empty, Failure, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { say } from "@/parts/toast";
import { useSession } from "@/shell/session";
import { words } from "@/words";

const w = words.plugins.artefacts;

/** What plugins can be made of: kept for the whole cluster, and named by its digest. */
export function Artefacts() {
  const { may } = useSession();
  const asked = useAnswer(listPluginArtefacts, {});
  const remove = useChange(deletePluginArtefact, [listPluginArtefacts]);
  const [removing, setRemoving] = useState<Artefact | null>(null);
  return (
    <Panel title={w.title}>
      {may(pushPluginArtefact.id) && <Push />}
      <Shown of={asked} rows={1}>
        {({ artefacts }) =>
          artefacts?.length ? (
            <Table
              caption={w.title}
              rows={artefacts}
              rowKey={(a) => a.digest}
              columns={[
                { id: "name", title: w.name, cell: (a) => visible(a.name ?? "") },
                {
                  id: "digest",
                  title: w.digest,
                  cell: (a) => (
                    <span className="inline-flex items-center gap-1 font-mono text-xs">
                      {a.digest.slice(0, 19)}… <Copy text={a.digest} />
                    </span>
                  ),
                },
                { id: "size", title: w.size, end: true, cell: (a) => size(a.size) },
                { id: "signed", title: w.signedBy, cell: (a) => visible(a.signed_by || w.nobody) },
                { id: "used", title: w.usedBy, cell: (a) => visible((a.used_by ?? []).join(", ")) },
                { id: "added", title: w.added, cell: (a) => ago(a.added) },
                {
                  id: "do",
                  title: words.objects.actions,
                  end: true,
                  cell: (a) =>
                    may(deletePluginArtefact.id) &&
                    !a.used_by?.length && (
                      <Button kind="quiet" onClick={() => setRemoving(a)}>
                        {words.objects.remove}
                      </Button>
                    ),
                },
              ]}
            />
          ) : (
            <Empty why={w.none} />
          )
        }
      </Shown>
      {removing && (
        <Confirm
          open
          onClose={() => setRemoving(null)}
          title={words.objects.removeTitle(visible(removing.name || removing.digest))}
          effect={w.removeEffect}
          action={words.objects.remove}
          name={removing.name || removing.digest}
          busy={remove.isPending}
          fault={remove.error && <Failure error={remove.error} />}
          onConfirm={() => remove.mutate({ path: { digest: removing.digest } }, { onSuccess: () => setRemoving(null) })}
        />
      )}
    </Panel>
  );
}

/** Takes a file. */
function Push() {
  const push = useChange(pushPluginArtefact, [listPluginArtefacts]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const target = event.currentTarget;
    const form = new FormData(target);
    const file = form.get("file");
    if (!(file instanceof File)) return;
    push.mutate(
      { body: file, query: { name: file.name, signature: String(form.get("signature") ?? "").trim() } },
      {
        onSuccess: (done) => {
          say(w.kept(done.artefact.digest));
          target.reset();
        },
      },
    );
  };
  return (
    <form className="flex max-w-2xl flex-col gap-3" onSubmit={submit}>
      <TextField label={w.file} name="file" type="file" required />
      <TextField label={w.signature} hint={w.signatureHint} name="signature" />
      {push.error && <Failure error={push.error} />}
      <div>
        <Button type="submit" disabled={push.isPending}>
          {w.push}
        </Button>
      </div>
    </form>
  );
}
