import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "@/api/call";
import type { ApiError } from "@/api/error";
import type { Operation } from "@/api/operation";
import type { DeleteLogsInputBody, DeleteLogsOutputBody } from "@/api/operations";
import { exact } from "@/lib/format";
import { Confirm } from "@/parts/confirm";
import { Dialog } from "@/parts/dialog";
import { Empty, Failure, Shown } from "@/parts/states";
import { say } from "@/parts/toast";
import { words } from "@/words";
import { type Gathered, gather, type Listed, portions } from "./ids";

const w = words.calls.removal;

interface Props {
  title: string;
  list: Listed;
  remove: Operation<{ body: DeleteLogsInputBody }, DeleteLogsOutputBody>;
  /** What is taken out: what a filter finds, or what is named. */
  of: { query: object } | { ids: string[] };
  /** What has to be asked again afterwards. */
  affects: readonly { id: string }[];
  onClose: () => void;
  onDone?: () => void;
}

/** Takes calls out of the log: first it says how many they are, and has that number typed. */
export function Removal({ of, list, ...rest }: Props) {
  const [frozen] = useState(of); // what it was asked for, whatever the page looks at meanwhile
  const found = useQuery<Gathered, ApiError>({
    queryKey: ["ids", list.id, frozen],
    queryFn: ({ signal }) => ("ids" in frozen ? { ids: frozen.ids, more: false } : gather(list, frozen.query, signal)),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  if (found.data?.ids.length) return <Ask found={found.data} {...rest} />;
  return (
    <Dialog open onClose={rest.onClose} title={rest.title}>
      <Shown of={found} rows={1}>
        {() => <Empty why={w.none} />}
      </Shown>
    </Dialog>
  );
}

function Ask({ found, title, remove, affects, onClose, onDone }: Omit<Props, "of" | "list"> & { found: Gathered }) {
  const client = useQueryClient();
  const [gone, setGone] = useState(0);
  const removing = useMutation<number, ApiError>({
    mutationFn: async () => {
      let deleted = 0;
      for (const ids of portions(found.ids)) {
        deleted += (await call(remove, { body: { ids } })).deleted;
        setGone(deleted);
      }
      return deleted;
    },
    onSuccess: (deleted) => {
      say(w.done(exact(deleted)));
      onDone?.();
      onClose();
    },
    // Also where it has failed half-way.
    onSettled: () => Promise.all(affects.map((op) => client.invalidateQueries({ queryKey: [op.id] }))),
  });
  const n = found.ids.length;
  return (
    <Confirm
      open
      onClose={onClose}
      title={title}
      effect={
        <>
          <p>{w.effect(n)}</p>
          {found.more && <p>{w.more(exact(n))}</p>}
          {removing.isPending && <p role="status">{w.gone(exact(gone), exact(n))}</p>}
        </>
      }
      action={w.remove}
      name={String(n)}
      busy={removing.isPending}
      fault={removing.error && <Failure error={removing.error} />}
      onConfirm={() => removing.mutate()}
    />
  );
}
