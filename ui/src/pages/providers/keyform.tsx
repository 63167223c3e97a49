import { type FormEvent, useState } from "react";
import { type ConfigKey, createProviderKey, listKeyShares, listProviders, updateProviderKey } from "@/api/operations";
import { useChange } from "@/api/query";
import { percent } from "@/lib/format";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { faultAt } from "@/parts/faults";
import { TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { say } from "@/parts/toast";
import { words } from "@/words";

const w = words.providers;
type Key = NonNullable<ConfigKey>;

interface Props {
  provider: string;
  /** The key to be changed; absent for a new one. */
  of?: Key;
  /** The other keys, beside which its weight counts. */
  others?: Key[];
  revision?: number;
  onClose: () => void;
}

/** Adds a key, or changes one. A value only goes in. */
export function KeyForm({ provider, of, others = [], revision, onClose }: Props) {
  const affected = [listProviders, listKeyShares];
  const create = useChange(createProviderKey, affected);
  const update = useChange(updateProviderKey, affected);
  const { error, isPending } = of ? update : create;
  const [weight, setWeight] = useState(of?.weight ?? 1);
  const whole = others.filter((k) => k.enabled !== false).reduce((sum, k) => sum + (k.weight ?? 1), weight);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const value = String(form.get("value") ?? "").trim();
    const models = String(form.get("models") ?? "")
      .split(",")
      .map((m) => m.trim())
      .filter(Boolean);
    const body = { name: String(form.get("name")).trim(), weight, models, ...(value && { value }) };
    const done = {
      onSuccess: () => {
        say(of ? w.changed(body.name) : w.added(body.name));
        onClose();
      },
    };
    if (of)
      update.mutate(
        {
          path: { provider, id: of.id ?? of.name ?? "" },
          body: { ...body, ...(revision !== undefined && { revision }) },
        },
        done,
      );
    else create.mutate({ path: { provider }, body }, done);
  };
  return (
    <Dialog open onClose={onClose} title={of ? w.editKey(of.name ?? "") : w.addKeyTo(provider)}>
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <TextField label={w.name} name="name" required defaultValue={of?.name ?? ""} fault={faultAt(error, "name")} />
        <TextField
          label={w.value}
          name="value"
          type="password"
          required={!of}
          hint={of ? w.valueStays(String(of.value ?? "")) : w.valueHint}
          fault={faultAt(error, "value")}
        />
        <TextField
          label={w.weight}
          name="weight"
          type="number"
          min={0}
          step="any"
          value={weight}
          hint={w.weightPreview(percent(whole > 0 ? weight / whole : 0))}
          onChange={(e) => setWeight(Number(e.target.value))}
          fault={faultAt(error, "weight")}
        />
        <TextField
          label={w.models}
          name="models"
          hint={w.modelsHint}
          defaultValue={of?.models?.join(", ") ?? ""}
          fault={faultAt(error, "models")}
        />
        {error && <Failure error={error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="main" type="submit" disabled={isPending}>
            {words.common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
