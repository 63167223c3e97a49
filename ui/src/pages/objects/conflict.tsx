import { useAnswer } from "@/api/query";
import type { Values } from "@/forms/form";
import { Conflict } from "@/parts/conflict";
import { Shown } from "@/parts/states";
import type { Kind } from "./kind";

interface Props {
  kind: Kind;
  id: string;
  base: Values;
  /** The revision that the draft began with. */
  began: number | undefined;
  mine: Values;
  busy: boolean;
  onMine: (revision: number | undefined) => void;
  /** Absent: it was removed. */
  onTheirs: (theirs: Values | undefined, revision: number | undefined) => void;
}

/** The configuration has changed since an object of it was opened, perhaps the object itself. */
export function ObjectConflict({ kind, id, base, began, mine, busy, onMine, onTheirs }: Props) {
  const asked = useAnswer(kind.list, { query: { limit: 1_000 } }, { anew: true });
  return (
    <Shown of={asked}>
      {(data) => {
        const theirs = ((data[kind.member] ?? []) as Values[]).find((of) => kind.idOf(of) === id);
        const revision = theirs && kind.revisionOf ? kind.revisionOf(theirs) : data.revision;
        if (theirs && revision === began) return null; // what was known before; the answer is on its way
        return (
          <Conflict
            base={base}
            theirs={theirs && kept(theirs, kind)}
            mine={mine}
            busy={busy}
            onMine={() => onMine(revision)}
            onTheirs={() => onTheirs(theirs && kept(theirs, kind), revision)}
          />
        );
      }}
    </Shown>
  );
}

/** An object without what tells of it and is not set. */
export function kept(of: Values, kind: Kind): Values {
  return Object.fromEntries(Object.entries(of).filter(([name]) => !kind.told?.includes(name)));
}
