import { type FormEvent, useState } from "react";
import {
  createFolder,
  deleteFolder,
  listFolders,
  listPrompts,
  type Prompt,
  type ShownFolder,
  updateFolder,
} from "@/api/operations";
import { useChange } from "@/api/query";
import { visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { faultAt } from "@/parts/faults";
import { TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { useSession } from "@/shell/session";
import { words } from "@/words";

const w = words.prompts;

interface Props {
  folders: ShownFolder[];
  prompts: Prompt[];
  opened: string | undefined;
  onOpen: (id: string) => void;
}

/** The prompts by their folders; those in none come first. */
export function Folders({ folders, prompts, opened, onOpen }: Props) {
  const { may } = useSession();
  const [editing, setEditing] = useState<ShownFolder | null>(null);
  const inFolder = (id: string) => prompts.filter((p) => (p.folder_id ?? "") === id);
  const loose = inFolder("");
  return (
    <>
      {loose.length > 0 && <List label={w.noFolder} prompts={loose} opened={opened} onOpen={onOpen} />}
      {folders.map((f) => (
        <section key={f.id} className="flex flex-col gap-1">
          <header className="flex items-center gap-2 border-t border-line pt-2">
            <h3 className="me-auto font-medium" title={f.description}>
              {visible(f.name)}
            </h3>
            {may(updateFolder.id) && (
              <Button kind="quiet" aria-label={w.editFolder(f.name)} onClick={() => setEditing(f)}>
                {words.objects.edit}
              </Button>
            )}
          </header>
          {f.prompts_count === 0 ? (
            <p className="text-xs text-muted">{w.emptyFolder}</p>
          ) : (
            <List label={f.name} prompts={inFolder(f.id)} opened={opened} onOpen={onOpen} />
          )}
        </section>
      ))}
      {editing && <EditFolder key={editing.id} of={editing} onClose={() => setEditing(null)} />}
    </>
  );
}

function List({ label, prompts, opened, onOpen }: Omit<Props, "folders"> & { label: string }) {
  return (
    <ul aria-label={label} className="flex flex-col">
      {prompts.map((p) => (
        <li key={p.id}>
          <button
            type="button"
            aria-current={p.id === opened ? "true" : undefined}
            className={`flex w-full flex-col rounded-md px-2 py-1.5 text-start ${p.id === opened ? "bg-accent-soft" : "hover:bg-raised"}`}
            onClick={() => onOpen(p.id)}
          >
            <span className="font-medium">{visible(p.name)}</span>
            <span className="text-xs text-muted">
              {[
                p.latest > 0 ? w.version(p.latest) : w.noVersion,
                ...Object.entries(p.labels ?? {}).map(([label, v]) => visible(`${label} → ${v}`)),
              ].join(" · ")}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Makes a folder, or changes one. */
export function EditFolder({ of, onClose }: { of?: ShownFolder; onClose: () => void }) {
  const { may } = useSession();
  const affected = [listFolders, listPrompts];
  const make = useChange(createFolder, affected);
  const update = useChange(updateFolder, affected);
  const remove = useChange(deleteFolder, affected);
  const error = make.error ?? update.error ?? remove.error;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body = { name: String(form.get("name")).trim(), description: String(form.get("description")).trim() };
    if (of) update.mutate({ path: { id: of.id }, body }, { onSuccess: onClose });
    else make.mutate({ body }, { onSuccess: onClose });
  };
  return (
    <Dialog open onClose={onClose} title={of ? w.editFolder(visible(of.name)) : w.makeFolder}>
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <TextField label={w.folderName} name="name" required defaultValue={of?.name} fault={faultAt(error, "name")} />
        <TextField label={w.description} name="description" defaultValue={of?.description} />
        {error && <Failure error={error} />}
        <div className="flex flex-wrap items-center justify-end gap-2">
          {of && may(deleteFolder.id) && (
            <Button
              kind="quiet"
              className="me-auto"
              title={w.removeFolderHint}
              disabled={remove.isPending || of.prompts_count > 0}
              onClick={() => remove.mutate({ path: { id: of.id } }, { onSuccess: onClose })}
            >
              {w.removeFolder}
            </Button>
          )}
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="main" type="submit" disabled={make.isPending || update.isPending}>
            {of ? w.save : w.makeFolder}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
