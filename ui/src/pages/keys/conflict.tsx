import { getVirtualKey, type VirtualKeyObject } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { differences } from "@/lib/diff";
import { Button } from "@/parts/button";
import { Differences } from "@/parts/differences";
import { Shown } from "@/parts/states";
import { words } from "@/words";

const w = words.conflict;

interface Props {
  id: string;
  /** What the draft began with, and what it changes of it. */
  base: VirtualKeyObject;
  mine: VirtualKeyObject;
  onMine: (theirs: VirtualKeyObject) => void;
  onTheirs: (theirs: VirtualKeyObject) => void;
}

/** Two have edited the same: shows what each has changed, and lets the second decide. */
export function Conflict({ id, base, mine, onMine, onTheirs }: Props) {
  const asked = useAnswer(getVirtualKey, { path: { id } }, { anew: true });
  const without = ({ revision: _, updated_at: _2, ...rest }: VirtualKeyObject) => rest;
  return (
    <section role="alert" className="flex flex-col gap-4 border-t border-line pt-4">
      <p className="font-semibold">{w.title}</p>
      <Shown of={asked}>
        {({ virtual_key: theirs }) =>
          theirs &&
          theirs.revision !== base.revision && (
            <>
              <h3 className="font-medium">{w.theirs}</h3>
              <Differences title={w.theirs} of={differences(without(base), without(theirs))} />
              <h3 className="font-medium">{w.mine}</h3>
              <Differences title={w.mine} of={differences(without(base), { ...without(base), ...mine })} />
              <div className="flex justify-end gap-2">
                <Button onClick={() => onTheirs(theirs)}>{w.takeTheirs}</Button>
                <Button kind="main" onClick={() => onMine(theirs)}>
                  {w.applyMine}
                </Button>
              </div>
            </>
          )
        }
      </Shown>
    </section>
  );
}
