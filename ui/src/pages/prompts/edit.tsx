import type { FormEvent } from "react";
import { createPrompt, listFolders, listPrompts, type Prompt, type ShownFolder, updatePrompt } from "@/api/operations";
import { useChange } from "@/api/query";
import { visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { faultAt } from "@/parts/faults";
import { SelectField, TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { words } from "@/words";

const w = words.prompts;

interface Props {
  /** Absent: one is made, which has no version yet. */
  of?: Prompt;
  folders: ShownFolder[];
  onClose: () => void;
  onDone?: (id: string) => void;
}

/** Makes a prompt, or changes its name, its folder and who may use it. */
export function EditPrompt({ of, folders, onClose, onDone }: Props) {
  const affected = [listPrompts, listFolders];
  const make = useChange(createPrompt, affected);
  const update = useChange(updatePrompt, affected);
  const error = make.error ?? update.error;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    const body = {
      name: text("name"),
      folder_id: text("folder_id"),
      virtual_keys: text("virtual_keys")
        .split(",")
        .map((id) => id.trim())
        .filter(Boolean),
    };
    const onSuccess = ({ prompt }: { prompt: { id: string } }) => {
      onClose();
      onDone?.(prompt.id);
    };
    if (of) update.mutate({ path: { id: of.id }, body }, { onSuccess });
    else make.mutate({ body }, { onSuccess });
  };
  return (
    <Dialog open onClose={onClose} title={of ? visible(of.name) : w.make}>
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <TextField
          label={w.name}
          name="name"
          required
          hint={w.nameHint}
          defaultValue={of?.name}
          fault={faultAt(error, "name")}
        />
        <SelectField
          label={w.folder}
          name="folder_id"
          defaultValue={of?.folder_id ?? ""}
          fault={faultAt(error, "folder_id")}
        >
          <option value="">{w.noFolder}</option>
          {folders.map((f) => (
            <option key={f.id} value={f.id}>
              {visible(f.name)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={w.virtualKeys}
          name="virtual_keys"
          hint={w.virtualKeysHint}
          defaultValue={of?.virtual_keys?.join(", ")}
          fault={faultAt(error, "virtual_keys")}
        />
        {error && <Failure error={error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="main" type="submit" disabled={make.isPending || update.isPending}>
            {of ? w.save : w.make}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
