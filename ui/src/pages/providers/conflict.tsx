import { type ConfigKey, listProviders } from "@/api/operations";
import { useAnswer } from "@/api/query";
import type { Values } from "@/forms/form";
import { Conflict } from "@/parts/conflict";
import { Shown } from "@/parts/states";

/** What the form of a key shows of it. The value is not told. */
export function shownOf(key: NonNullable<ConfigKey>): Values {
  return { name: key.name ?? "", weight: key.weight ?? 1, models: key.models ?? [] };
}

interface Props {
  provider: string;
  id: string;
  base: Values;
  /** The revision that the draft began with. */
  began: number | undefined;
  mine: Values;
  busy: boolean;
  onMine: (revision: number) => void;
  onTheirs: () => void;
}

/** Two have edited the same key of a provider. */
export function ProviderKeyConflict({ provider, id, base, began, mine, busy, onMine, onTheirs }: Props) {
  const asked = useAnswer(listProviders, { query: { limit: 1_000 } }, { anew: true });
  return (
    <Shown of={asked}>
      {(data) => {
        if (data.revision === began) return null; // what was known before; the answer is on its way
        const keys = data.providers?.find((p) => p.name === provider)?.keys ?? [];
        const theirs = keys.find((key) => key && (key.id ?? key.name) === id);
        return (
          <Conflict
            base={base}
            theirs={theirs ? shownOf(theirs) : undefined}
            mine={mine}
            busy={busy}
            onMine={() => onMine(data.revision)}
            onTheirs={onTheirs}
          />
        );
      }}
    </Shown>
  );
}
