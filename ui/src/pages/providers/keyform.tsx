import { type FormEvent, useState } from "react";
import { type ConfigKey, createProviderKey, listKeyShares, listProviders, updateProviderKey } from "@/api/operations";
import { useChange } from "@/api/query";
import { changeOf } from "@/forms/change";
import type { Values } from "@/forms/form";
import { percent } from "@/lib/format";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { faultAt } from "@/parts/faults";
import { TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { say } from "@/parts/toast";
import { words } from "@/words";
import { ProviderKeyConflict, shownOf } from "./conflict";

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
  // The draft goes by what was there when it was begun, whatever comes meanwhile.
  const [began] = useState(revision);
  const [base] = useState(() => (of ? shownOf(of) : {}));
  const [sent, setSent] = useState<Values>({});
  const [mine, setMine] = useState<Values>({});
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const value = String(form.get("value") ?? "").trim();
    const models = String(form.get("models") ?? "")
      .split(",")
      .map((m) => m.trim())
      .filter(Boolean);
    const draft = { name: String(form.get("name")).trim(), weight, models };
    setMine(draft);
    if (of) save({ ...changeOf(base, draft), ...(value && { value }) }, began);
    else
      create.mutate({ path: { provider }, body: { ...draft, value } }, { onSuccess: () => done(w.added(draft.name)) });
  };
  const id = of?.id ?? of?.name ?? "";
  const done = (what: string) => {
    say(what);
    onClose();
  };
  const save = (change: Values, at: number | undefined) => {
    setSent(change);
    update.mutate(
      { path: { provider, id }, body: { ...change, ...(at !== undefined && { revision: at }) } },
      { onSuccess: () => done(w.changed(String(change.name ?? of?.name ?? ""))) },
    );
  };
  if (of && update.error?.isConflict) {
    return (
      <Dialog open onClose={onClose} title={w.editKey(of.name ?? "")} wide>
        <ProviderKeyConflict
          provider={provider}
          id={id}
          base={base}
          began={began}
          mine={mine}
          busy={update.isPending}
          onMine={(at) => save(sent, at)}
          onTheirs={onClose}
        />
      </Dialog>
    );
  }
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
