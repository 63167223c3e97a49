import { type FormEvent, useState } from "react";
import { useChange } from "@/api/query";
import { changeOf } from "@/forms/change";
import { Form, type Values } from "@/forms/form";
import { useDescription } from "@/forms/useDescription";
import { differences } from "@/lib/diff";
import { visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { Differences } from "@/parts/differences";
import { Failure, Shown } from "@/parts/states";
import { say } from "@/parts/toast";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { Simulation } from "../limits/simulation";
import { kept, ObjectConflict } from "./conflict";
import type { Kind } from "./kind";

const w = words.objects;

interface Props {
  kind: Kind;
  /** The one that is edited; absent for a new one. */
  of?: Values;
  revision?: number | undefined;
  /** What it is called, if not by its id. */
  title?: string;
  onClose: () => void;
}

/** Edits an object: a draft, what it changes, and saving it. */
export function Editor({ kind, of, revision, title, onClose }: Props) {
  const { may } = useSession();
  const description = useDescription();
  const create = useChange(kind.create, [kind.list]);
  const update = useChange(kind.update, [kind.list]);
  const saving = of ? update : create;
  // The draft goes by what was there when it was begun, whatever comes meanwhile.
  const [base, setBase] = useState(() => (of ? kept(of, kind) : {}));
  const [began, setBegan] = useState(revision);
  const [draft, setDraft] = useState<Values>(() => (of ? base : kind.fresh));
  const change = changeOf(base, draft);
  const op = of ? kind.update : kind.create;
  const id = of ? kind.idOf(of) : "";
  const scope = kind.limitsCount?.({ ...of, ...draft });
  const called = title ?? visible(id);
  const done = {
    onSuccess: () => {
      say(w.saved(of ? called : visible(String(draft.name ?? draft.id ?? kind.one))));
      onClose();
    },
  };
  const save = (at: number | undefined) =>
    update.mutate({ path: { id }, body: { ...change, ...(at !== undefined && { revision: at }) } as never }, done);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (of) save(began);
    else create.mutate({ body: draft as never }, done);
  };
  if (of && update.error?.isConflict) {
    return (
      <Dialog open onClose={onClose} title={called} sheet wide>
        <ObjectConflict
          kind={kind}
          id={id}
          base={base}
          began={began}
          mine={draft}
          busy={update.isPending}
          onMine={save}
          onTheirs={(theirs, at) => {
            update.reset();
            if (!theirs) return onClose();
            setBase(theirs);
            setDraft(theirs);
            setBegan(at);
          }}
        />
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={onClose} title={of ? called : w.make(kind.one)} sheet wide>
      <Shown of={description}>
        {(api) => (
          <form className="flex flex-col gap-4" onSubmit={submit}>
            <fieldset disabled={!may(op.id)} className="contents">
              <Form
                description={api}
                schema={api.bodyOf(op.id).schema}
                values={draft}
                onChange={setDraft}
                error={saving.error}
                without={["revision", ...(kind.told ?? [])]}
              />
            </fieldset>
            {scope && <Simulation scope={scope} values={draft} />}
            {of && Object.keys(change).length > 0 && <Differences of={differences(base, draft)} />}
            {saving.error && <Failure error={saving.error} />}
            {may(op.id) && (
              <div className="flex justify-end gap-2">
                <Button onClick={onClose}>{words.common.cancel}</Button>
                <Button kind="main" type="submit" disabled={saving.isPending || Object.keys(change).length === 0}>
                  {words.common.save}
                </Button>
              </div>
            )}
          </form>
        )}
      </Shown>
    </Dialog>
  );
}
