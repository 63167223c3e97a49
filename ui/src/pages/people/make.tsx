import type { FormEvent } from "react";
import type { ApiError } from "@/api/error";
import { createPerson, createToken, listPeople, listTokens } from "@/api/operations";
import { useChange } from "@/api/query";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { faultAt } from "@/parts/faults";
import { SelectField, TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { words } from "@/words";
import { Value } from "../keys/create";

const w = words.people;
const roles = ["viewer", "operator", "admin"] as const;

function text(event: FormEvent<HTMLFormElement>, name: string): string {
  return String(new FormData(event.currentTarget).get(name) ?? "").trim();
}

function Role({ error }: { error: ApiError | null }) {
  return (
    <SelectField label={w.role} name="role" fault={faultAt(error, "role")}>
      {roles.map((role) => (
        <option key={role} value={role}>
          {words.roles[role]}
        </option>
      ))}
    </SelectField>
  );
}

function Buttons({ busy, onClose }: { busy: boolean; onClose: () => void }) {
  return (
    <div className="flex justify-end gap-2">
      <Button onClick={onClose}>{words.common.cancel}</Button>
      <Button kind="main" type="submit" disabled={busy}>
        {words.common.save}
      </Button>
    </div>
  );
}

export function MakePerson({ onClose }: { onClose: () => void }) {
  const create = useChange(createPerson, [listPeople]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const role = roles.find((r) => r === text(event, "role")) ?? "viewer";
    create.mutate(
      { body: { username: text(event, "username"), password: text(event, "password"), role } },
      { onSuccess: onClose },
    );
  };
  return (
    <Dialog open onClose={onClose} title={w.makePerson}>
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <TextField label={w.name} name="username" required fault={faultAt(create.error, "username")} />
        <TextField
          label={w.password}
          name="password"
          type="password"
          required
          autoComplete="new-password"
          fault={faultAt(create.error, "password")}
        />
        <Role error={create.error} />
        {create.error && <Failure error={create.error} />}
        <Buttons busy={create.isPending} onClose={onClose} />
      </form>
    </Dialog>
  );
}

export function MakeToken({ onClose }: { onClose: () => void }) {
  const create = useChange(createToken, [listTokens]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const role = roles.find((r) => r === text(event, "role")) ?? "viewer";
    const ends = text(event, "expires_at");
    create.mutate({ body: { name: text(event, "name"), role, ...(ends && { expires_at: `${ends}T00:00:00Z` }) } });
  };
  return (
    <Dialog open onClose={onClose} title={w.makeToken}>
      {create.data ? (
        <Value text={create.data.token.value} onClose={onClose} />
      ) : (
        <form className="flex flex-col gap-3" onSubmit={submit}>
          <TextField label={w.name} name="name" required fault={faultAt(create.error, "name")} />
          <Role error={create.error} />
          <TextField label={w.ends} name="expires_at" type="date" fault={faultAt(create.error, "expires_at")} />
          {create.error && <Failure error={create.error} />}
          <Buttons busy={create.isPending} onClose={onClose} />
        </form>
      )}
    </Dialog>
  );
}
