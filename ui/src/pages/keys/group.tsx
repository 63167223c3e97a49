import { Link } from "@tanstack/react-router";
import { type FormEvent, type ReactNode, useState } from "react";
import { createCustomer, createTeam, listCustomers, listLimits, listTeams } from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import type { Values } from "@/forms/form";
import { nano, visible } from "@/lib/format";
import { Spent } from "@/parts/bars";
import { Button, buttonLook } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Dialog } from "@/parts/dialog";
import { faultAt } from "@/parts/faults";
import { SelectField, TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { Table } from "@/parts/table";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { Editor } from "../objects/editor";
import type { Kind } from "../objects/kind";
import { useBudgets } from "./usage";

const w = words.keysPage;

interface Group {
  id: string;
  name: string;
  /** Whom it belongs to. */
  above: string;
  hasBudget: boolean;
}

interface Props {
  scope: "team" | "customer";
  caption: string;
  groups: Group[];
  kind: Kind;
  /** What the form edits, and the revision that it is of. */
  objects: Values[];
  revision: number | undefined;
  link: (id: string) => ReactNode;
}

/** Teams or customers, with their budgets. */
export function Groups({ scope, caption, groups, kind, objects, revision, link }: Props) {
  const { may } = useSession();
  const [removing, setRemoving] = useState<Group | null>(null);
  const budgets = useBudgets(
    scope,
    groups.filter((g) => g.hasBudget).map((g) => g.id),
  );
  const [search, set] = useUrl();
  const { remove } = kind;
  const change = useChange(remove, [kind.list, listLimits]);
  const opened = objects.find((of) => kind.idOf(of) === search.open);
  return (
    <>
      <Table
        caption={caption}
        rows={groups}
        rowKey={(g) => g.id}
        columns={[
          { id: "name", title: w.name, cell: (g) => visible(g.name) },
          ...(scope === "team" ? [{ id: "above", title: w.customer, cell: (g: Group) => visible(g.above) }] : []),
          {
            id: "budget",
            title: w.budget,
            cell: (g) => {
              const b = budgets.get(g.id);
              return b ? <Spent name={g.name} used={b.used} held={b.held} max={b.max} format={nano} /> : w.unlimited;
            },
          },
          {
            id: "do",
            title: w.actions,
            end: true,
            cell: (g) => (
              <span className="flex justify-end gap-1">
                {link(g.id)}
                <Link
                  to={"/calls" as never}
                  search={{ [`${scope}_ids`]: g.id, from: "now-24h" } as never}
                  className={buttonLook("quiet")}
                >
                  {w.itsCalls}
                </Link>
                <Button kind="quiet" onClick={() => set({ open: g.id })}>
                  {may(kind.update.id) ? words.objects.edit : words.objects.look}
                </Button>
                {may(remove.id) && (
                  <Button kind="quiet" onClick={() => setRemoving(g)}>
                    {w.remove}
                  </Button>
                )}
              </span>
            ),
          },
        ]}
      />
      {opened && (
        <Editor
          key={search.open}
          kind={kind}
          of={opened}
          title={visible(String(opened.name ?? search.open))}
          revision={revision}
          onClose={() => set({ open: "" }, { replace: true })}
        />
      )}
      {removing && (
        <Confirm
          open
          onClose={() => {
            change.reset();
            setRemoving(null);
          }}
          title={`${w.remove}: ${removing.name}`}
          effect={w.removeGroupEffect}
          action={w.remove}
          name={removing.name}
          busy={change.isPending}
          fault={change.error && <Failure error={change.error} />}
          onConfirm={() => change.mutate({ path: { id: removing.id } }, { onSuccess: () => setRemoving(null) })}
        />
      )}
    </>
  );
}

/** Makes a team or a customer. */
export function CreateGroup({ kind, onClose }: { kind: "teams" | "customers"; onClose: () => void }) {
  const team = useChange(createTeam, [listTeams, listLimits]);
  const customer = useChange(createCustomer, [listCustomers, listLimits]);
  const customers = useAnswer(
    listCustomers,
    { query: { limit: 1_000, fields: "id,name" } },
    { enabled: kind === "teams" },
  );
  const { error, isPending } = kind === "teams" ? team : customer;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const budget = text("budget") ? { budget: { max_limit: Number(text("budget")), reset_duration: "1M" } } : {};
    const body = { name: text("name"), ...budget };
    if (kind === "customers") customer.mutate({ body }, { onSuccess: onClose });
    else
      team.mutate(
        { body: { ...body, ...(text("customer") && { customer_id: text("customer") }) } },
        { onSuccess: onClose },
      );
  };
  return (
    <Dialog open onClose={onClose} title={w.create[kind]}>
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <TextField label={w.name} name="name" required fault={faultAt(error, "name")} />
        <TextField
          label={w.monthlyBudget}
          name="budget"
          type="number"
          min={0}
          step="any"
          placeholder={w.unlimited}
          fault={faultAt(error, "max_limit")}
        />
        {kind === "teams" && (
          <SelectField label={w.customer} name="customer">
            <option value="">{w.nobody}</option>
            {(customers.data?.customers ?? []).map((c) => (
              <option key={c.id} value={c.id ?? ""}>
                {c.name}
              </option>
            ))}
          </SelectField>
        )}
        {error && <Failure error={error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="main" type="submit" disabled={isPending}>
            {w.create[kind]}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
