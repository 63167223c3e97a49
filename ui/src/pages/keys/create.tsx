import { type FormEvent, useState } from "react";
import { createVirtualKey, listLimits, listVirtualKeys } from "@/api/operations";
import { useChange } from "@/api/query";
import { Button } from "@/parts/button";
import { Code } from "@/parts/copy";
import { Dialog } from "@/parts/dialog";
import { Failure } from "@/parts/states";
import { words } from "@/words";
import { bodyOf, draftOf, KeyFields } from "./fields";

const w = words.keysPage;

/** Makes a virtual key and shows its value, this once. */
export function CreateKey({ onClose }: { onClose: () => void }) {
  const create = useChange(createVirtualKey, [listVirtualKeys, listLimits]);
  const [draft, setDraft] = useState(() => draftOf({}));
  const made = create.data?.virtual_key;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({ body: bodyOf(draft) });
  };
  return (
    <Dialog open onClose={onClose} title={made ? w.madeKey(made.name ?? "") : w.create.keys}>
      {made ? (
        <Value text={made.value ?? ""} onClose={onClose} />
      ) : (
        <form className="flex flex-col gap-3" onSubmit={submit}>
          <KeyFields draft={draft} onChange={setDraft} error={create.error} />
          {create.error && <Failure error={create.error} />}
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>{words.common.cancel}</Button>
            <Button kind="main" type="submit" disabled={create.isPending}>
              {w.create.keys}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}

/** The value of a key, which is shown once. */
export function Value({ text, onClose }: { text: string; onClose: () => void }) {
  return (
    <div className="flex flex-col gap-3">
      <p>{w.once}</p>
      <Code text={text} label={w.value} />
      <div className="flex justify-end">
        <Button kind="main" onClick={onClose}>
          {w.kept}
        </Button>
      </div>
    </div>
  );
}
