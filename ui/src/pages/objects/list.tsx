import { type ReactNode, useState } from "react";
import { useAnswer, useChange } from "@/api/query";
import type { Values } from "@/forms/form";
import { visible } from "@/lib/format";
import { useLiveRefresh } from "@/live/useLive";
import { Button } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Empty, Failure, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { Editor } from "./editor";
import type { Kind } from "./kind";

const w = words.objects;

interface Props {
  kind: Kind;
  /** Something more to do with one. */
  extra?: (of: Values) => ReactNode;
}

/** The objects of a kind: looked at, made, edited by a form of their schema, removed. */
export function ObjectList({ kind, extra }: Props) {
  const { may } = useSession();
  const [search, set] = useUrl();
  const [removing, setRemoving] = useState<Values | null>(null);
  const asked = useAnswer(kind.list, { query: { limit: 1_000 } }, { every: 10_000 });
  useLiveRefresh(["config"], [kind.list], 300);
  const rowsOf = (data: Values) => (data[kind.member] ?? []) as Values[];
  const opened = asked.data && rowsOf(asked.data).find((of) => kind.idOf(of) === search.open);
  const close = () => set({ open: "" }, { replace: true });
  return (
    <>
      {may(kind.create.id) && (
        <div>
          <Button kind="main" onClick={() => set({ open: "new" })}>
            {w.make(kind.one)}
          </Button>
        </div>
      )}
      <Shown of={asked}>
        {(data) =>
          rowsOf(data).length === 0 ? (
            <Empty why={kind.none} />
          ) : (
            <div className="rounded-lg border border-line bg-surface p-2">
              <Table
                caption={kind.title}
                rows={rowsOf(data)}
                rowKey={kind.idOf}
                columns={[
                  ...kind.columns,
                  {
                    id: "do",
                    title: w.actions,
                    end: true,
                    cell: (of) => (
                      <span className="flex justify-end gap-1">
                        {extra?.(of)}
                        <Button kind="quiet" onClick={() => set({ open: kind.idOf(of) })}>
                          {may(kind.update.id) ? w.edit : w.look}
                        </Button>
                        {may(kind.remove.id) && (
                          <Button kind="quiet" onClick={() => setRemoving(of)}>
                            {w.remove}
                          </Button>
                        )}
                      </span>
                    ),
                  },
                ]}
              />
            </div>
          )
        }
      </Shown>
      {search.open === "new" && <Editor kind={kind} onClose={close} />}
      {opened && <Editor key={search.open} kind={kind} of={opened} revision={asked.data?.revision} onClose={close} />}
      {removing && <Remove kind={kind} of={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

function Remove({ kind, of, onClose }: { kind: Kind; of: Values; onClose: () => void }) {
  const remove = useChange(kind.remove, [kind.list]);
  const id = kind.idOf(of);
  return (
    <Confirm
      open
      onClose={onClose}
      title={w.removeTitle(visible(id))}
      effect={w.removeEffect}
      action={w.remove}
      name={id}
      busy={remove.isPending}
      fault={remove.error && <Failure error={remove.error} />}
      onConfirm={() => remove.mutate({ path: { id } }, { onSuccess: onClose })}
    />
  );
}
