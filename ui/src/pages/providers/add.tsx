import { type FormEvent, useState } from "react";
import { createProvider, listKeyShares, listKnownProviders, listProviders } from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { faultAt } from "@/parts/faults";
import { SelectField, TextField } from "@/parts/field";
import { Failure, Shown } from "@/parts/states";
import { say } from "@/parts/toast";
import { words } from "@/words";

const w = words.providers;

/** Adds a provider of those that are known, with its first key. */
export function AddProvider({ onClose }: { onClose: () => void }) {
  const known = useAnswer(listKnownProviders, {});
  const create = useChange(createProvider, [listProviders, listKeyShares]);
  const [name, setName] = useState("openai");
  const chosen = known.data?.providers?.find((p) => p.name === name);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (field: string) => String(form.get(field) ?? "").trim();
    const key = text("value") && { keys: [{ name: text("key") || `${name}-1`, value: text("value") }] };
    create.mutate(
      { body: { provider: name, ...key, ...(text("base_url") && { network_config: { base_url: text("base_url") } }) } },
      {
        onSuccess: () => {
          say(w.added(name));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog open onClose={onClose} title={w.add}>
      <Shown of={known} rows={4}>
        {(data) => (
          <form className="flex flex-col gap-3" onSubmit={submit}>
            <SelectField
              label={w.provider}
              value={name}
              onChange={(e) => setName(e.target.value)}
              fault={faultAt(create.error, "provider")}
            >
              {(data.providers ?? []).map((p) => (
                <option key={p.name} value={p.name}>
                  {p.title}
                </option>
              ))}
            </SelectField>
            {!chosen?.key_less && (
              <>
                <TextField label={w.name} name="key" placeholder={`${name}-1`} fault={faultAt(create.error, "name")} />
                <TextField
                  label={w.value}
                  name="value"
                  type="password"
                  hint={chosen?.other_sign_in ?? w.valueHint}
                  fault={faultAt(create.error, "value")}
                />
              </>
            )}
            <TextField
              label={w.baseUrl}
              name="base_url"
              type="url"
              placeholder={chosen?.base_url ?? chosen?.example_base_url ?? ""}
              hint={w.baseUrlHint}
              fault={faultAt(create.error, "base_url")}
            />
            {create.error && <Failure error={create.error} />}
            <div className="flex justify-end gap-2">
              <Button onClick={onClose}>{words.common.cancel}</Button>
              <Button kind="main" type="submit" disabled={create.isPending}>
                {w.add}
              </Button>
            </div>
          </form>
        )}
      </Shown>
    </Dialog>
  );
}
