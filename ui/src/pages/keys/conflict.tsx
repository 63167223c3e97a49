import { getVirtualKey, type VirtualKeyObject } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { Conflict } from "@/parts/conflict";
import { Shown } from "@/parts/states";

interface Props {
  id: string;
  /** What the draft began with, and what it changes of it. */
  base: VirtualKeyObject;
  mine: VirtualKeyObject;
  onMine: (theirs: VirtualKeyObject) => void;
  onTheirs: (theirs: VirtualKeyObject) => void;
}

/** Two have edited the same virtual key. */
export function KeyConflict({ id, base, mine, onMine, onTheirs }: Props) {
  const asked = useAnswer(getVirtualKey, { path: { id } }, { anew: true });
  const without = ({ revision: _, updated_at: _2, ...rest }: VirtualKeyObject) => rest;
  return (
    <Shown of={asked}>
      {({ virtual_key: theirs }) =>
        theirs &&
        theirs.revision !== base.revision && (
          <Conflict
            base={without(base)}
            theirs={without(theirs)}
            mine={{ ...without(base), ...mine }}
            onMine={() => onMine(theirs)}
            onTheirs={() => onTheirs(theirs)}
          />
        )
      }
    </Shown>
  );
}
