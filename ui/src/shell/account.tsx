import type { FormEvent } from "react";
import { changePassword, listSessions } from "@/api/operations";
import { useChange } from "@/api/query";
import { Sessions } from "@/pages/people/sessions";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { faultAt } from "@/parts/faults";
import { TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { say } from "@/parts/toast";
import { words } from "@/words";

const w = words.people.sessions;

/** Where whoever looks is signed in, and with which password. */
export default function Account({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title={w.own} wide>
      <Sessions />
      <Password onDone={onClose} />
    </Dialog>
  );
}

function Password({ onDone }: { onDone: () => void }) {
  const change = useChange(changePassword, [listSessions]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    change.mutate(
      { body: { old_password: String(form.get("old")), new_password: String(form.get("new")) } },
      {
        onSuccess: () => {
          say(w.passwordChanged);
          onDone();
        },
      },
    );
  };
  return (
    <details className="border-t border-line pt-2">
      <summary className="min-h-6">{w.changePassword}</summary>
      <form className="flex flex-col gap-3 pt-2" onSubmit={submit}>
        <TextField
          label={w.oldPassword}
          name="old"
          type="password"
          autoComplete="current-password"
          required
          fault={faultAt(change.error, "old_password")}
        />
        <TextField
          label={w.newPassword}
          name="new"
          type="password"
          autoComplete="new-password"
          required
          minLength={8}
          fault={faultAt(change.error, "new_password")}
        />
        {change.error && <Failure error={change.error} />}
        <div className="flex justify-end gap-2">
          <Button kind="main" type="submit" disabled={change.isPending}>
            {w.changePassword}
          </Button>
        </div>
      </form>
    </details>
  );
}
