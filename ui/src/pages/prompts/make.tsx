import type { FormEvent } from "react";
import { createPrompt, listPrompts } from "@/api/operations";
import { useChange } from "@/api/query";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { faultAt } from "@/parts/faults";
import { TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { words } from "@/words";

const w = words.prompts;

/** Makes a prompt, which has no version yet. */
export function MakePrompt({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const make = useChange(createPrompt, [listPrompts]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    make.mutate(
      { body: { name } },
      {
        onSuccess: ({ prompt }) => {
          onClose();
          onMade(prompt.id);
        },
      },
    );
  };
  return (
    <Dialog open onClose={onClose} title={w.make}>
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <TextField label={w.name} name="name" required hint={w.nameHint} fault={faultAt(make.error, "name")} />
        {make.error && <Failure error={make.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="main" type="submit" disabled={make.isPending}>
            {w.make}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
