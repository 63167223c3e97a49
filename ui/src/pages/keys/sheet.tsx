import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import {
  deleteVirtualKey,
  getVirtualKey,
  type LimitUsage,
  listLimits,
  listVirtualKeys,
  rotateVirtualKey,
  updateVirtualKey,
  type VirtualKeyObject,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { forecast } from "@/lib/forecast";
import { dateTime, exact, nano, visible } from "@/lib/format";
import { Spent } from "@/parts/bars";
import { Button, buttonLook } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Dialog } from "@/parts/dialog";
import { Failure, Shown } from "@/parts/states";
import { say } from "@/parts/toast";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { KeyConflict } from "./conflict";
import { Value } from "./create";
import { bodyOf, draftOf, KeyFields } from "./fields";
import { useLimitsOf } from "./usage";

const w = words.keysPage;
const affected = [listVirtualKeys, getVirtualKey, listLimits];

export function KeySheet({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const asked = useAnswer(getVirtualKey, { path: { id: id ?? "" } }, { enabled: Boolean(id) });
  const key = asked.data?.virtual_key;
  return (
    <Dialog open={Boolean(id)} onClose={onClose} title={visible(key?.name ?? id ?? "")} sheet>
      <Shown of={asked} rows={8}>
        {(data) =>
          data.virtual_key?.id === id && data.virtual_key && <Sheet key={id} of={data.virtual_key} onClose={onClose} />
        }
      </Shown>
    </Dialog>
  );
}

function Sheet({ of, onClose }: { of: VirtualKeyObject; onClose: () => void }) {
  const { may } = useSession();
  const id = of.id ?? "";
  const limits = useLimitsOf(id);
  return (
    <div className="flex flex-col gap-4">
      <p className="text-xs text-muted">
        <code className="font-mono">{id}</code> · {of.value} · {dateTime(of.created_at)}
      </p>
      {(limits.data?.limits ?? []).map((l) => (
        <div key={l.id} className="flex flex-col gap-0.5">
          <span className="text-xs text-muted">
            {w.kinds[l.kind]} {l.resets_at && w.resets(dateTime(l.resets_at))}
          </span>
          <Spent
            name={w.kinds[l.kind]}
            used={l.used}
            held={l.held}
            max={l.max}
            format={l.kind === "money" ? nano : exact}
          />
          <Pace of={l} />
        </div>
      ))}
      <div className="flex flex-wrap gap-2">
        <Link
          to={"/calls" as never}
          search={{ virtual_key_ids: id, from: "now-24h" } as never}
          className={buttonLook()}
        >
          {w.itsCalls}
        </Link>
        {may("rotate-virtual-key") && <Rotate of={of} />}
        {may("delete-virtual-key") && <Delete of={of} onDone={onClose} />}
      </div>
      {may("update-virtual-key") && <Edit of={of} />}
    </div>
  );
}

/** Where a limit is going at its pace. */
function Pace({ of }: { of: LimitUsage }) {
  const going = forecast(of);
  if (!going) return null;
  const format = of.kind === "money" ? nano : exact;
  if (going.kind === "out") return <span className="text-xs text-bad">{w.usedUp(dateTime(going.at))}</span>;
  return <span className="text-xs text-muted">{w.atThisPace(format(going.used), dateTime(going.end))}</span>;
}

/** Edits the key. The revision that the draft began with goes along, so that nobody's change is lost. */
function Edit({ of }: { of: VirtualKeyObject }) {
  const update = useChange(updateVirtualKey, affected);
  const [base, setBase] = useState(of);
  const [draft, setDraft] = useState(() => draftOf(of));
  const body = bodyOf(draft, base);
  const dirty = Object.keys(body).length > 0;
  const save = (revision: number | undefined) =>
    update.mutate(
      { path: { id: of.id ?? "" }, body: { ...body, ...(revision !== undefined && { revision }) } },
      {
        onSuccess: (done) => {
          say(w.changed(of.name ?? ""));
          if (done.virtual_key) {
            setBase(done.virtual_key);
            setDraft(draftOf(done.virtual_key));
          }
        },
      },
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save(base.revision);
  };
  if (update.error?.isConflict) {
    return (
      <KeyConflict
        id={of.id ?? ""}
        base={base}
        mine={body}
        onMine={(theirs) => save(theirs.revision)}
        onTheirs={(theirs) => {
          update.reset();
          setBase(theirs);
          setDraft(draftOf(theirs));
        }}
      />
    );
  }
  return (
    <form className="flex flex-col gap-3 border-t border-line pt-4" onSubmit={submit}>
      <KeyFields draft={draft} onChange={setDraft} error={update.error} />
      {update.error && <Failure error={update.error} />}
      <div className="flex justify-end gap-2">
        <Button disabled={!dirty} onClick={() => setDraft(draftOf(base))}>
          {w.undo}
        </Button>
        <Button kind="main" type="submit" disabled={!dirty || update.isPending}>
          {words.common.save}
        </Button>
      </div>
    </form>
  );
}

function Rotate({ of }: { of: VirtualKeyObject }) {
  const rotate = useChange(rotateVirtualKey, affected);
  const [open, setOpen] = useState(false);
  const close = () => {
    setOpen(false);
    rotate.reset();
  };
  const value = rotate.data?.virtual_key?.value;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{w.rotate}</Button>
      {value ? (
        <Dialog open={open} onClose={close} title={w.rotated}>
          <Value text={value} onClose={close} />
        </Dialog>
      ) : (
        <Confirm
          open={open}
          onClose={close}
          title={w.rotate}
          effect={w.rotateEffect}
          action={w.rotate}
          busy={rotate.isPending}
          fault={rotate.error && <Failure error={rotate.error} />}
          onConfirm={() => rotate.mutate({ path: { id: of.id ?? "" }, body: { overlap: "1h" } })}
        />
      )}
    </>
  );
}

function Delete({ of, onDone }: { of: VirtualKeyObject; onDone: () => void }) {
  const remove = useChange(deleteVirtualKey, [listVirtualKeys]);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="danger" onClick={() => setOpen(true)}>
        {w.remove}
      </Button>
      <Confirm
        open={open}
        onClose={() => setOpen(false)}
        title={w.remove}
        effect={w.removeEffect}
        action={w.remove}
        name={of.name ?? ""}
        busy={remove.isPending}
        fault={remove.error && <Failure error={remove.error} />}
        onConfirm={() =>
          remove.mutate(
            { path: { id: of.id ?? "" } },
            {
              onSuccess: () => {
                say(w.removed(of.name ?? ""));
                onDone();
              },
            },
          )
        }
      />
    </>
  );
}
