import { threeWays } from "@/lib/diff";
import { words } from "@/words";
import { Badge } from "./badge";
import { Button } from "./button";
import { Value } from "./differences";
import { Table } from "./table";

const w = words.conflict;

interface Props {
  /** What both began with, what it is by now, and what it is to become. */
  base: unknown;
  /** Absent: somebody has removed it. */
  theirs: unknown;
  mine: unknown;
  busy?: boolean;
  onMine: () => void;
  onTheirs: () => void;
}

/** Two have edited the same: shows what it was, what each has made of it, and lets the second decide. */
export function Conflict({ base, theirs, mine, busy, onMine, onTheirs }: Props) {
  const gone = theirs === undefined;
  const places = gone ? [] : threeWays(base, theirs, mine);
  const both = places.some((p) => p.both);
  return (
    <section role="alert" className="flex flex-col gap-4 border-t border-line pt-4">
      <p className="font-semibold">{gone ? w.gone : w.title}</p>
      {!gone && (
        <>
          <p className="text-muted">{both ? w.both : w.apart}</p>
          <Table
            top
            caption={words.diff.title}
            rows={places}
            rowKey={(p) => p.path}
            columns={[
              {
                id: "path",
                title: words.diff.path,
                cell: (p) => (
                  <>
                    <code className="font-mono text-xs">{p.path}</code> {p.both && <Badge tone="warn">{w.same}</Badge>}
                  </>
                ),
              },
              { id: "base", title: w.base, cell: (p) => <Value of={p.base} tone="" /> },
              { id: "theirs", title: w.theirs, cell: (p) => <Value of={p.theirs} tone="text-bad" /> },
              { id: "mine", title: w.mine, cell: (p) => <Value of={p.mine} tone="text-good" /> },
            ]}
          />
        </>
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onTheirs}>{w.takeTheirs}</Button>
        {!gone && (
          <Button kind="main" disabled={busy} onClick={onMine}>
            {w.applyMine}
          </Button>
        )}
      </div>
    </section>
  );
}
