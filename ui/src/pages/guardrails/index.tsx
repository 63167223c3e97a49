import { type ReactNode, useState } from "react";
import {
  createGuardrail,
  deleteGuardrail,
  type GuardrailCount,
  guardrailStats,
  listGuardrails,
  testGuardrails,
  updateGuardrail,
} from "@/api/operations";
import { visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import type { Kind } from "../objects/kind";
import { ObjectList } from "../objects/list";
import { enabled } from "../objects/state";
import { Found, Sum, useFound } from "./found";
import { Trial } from "./trial";

const w = words.guardrails;

const guardrails: Kind = {
  title: words.pages.guardrails,
  one: w.one,
  none: w.none,
  list: listGuardrails as Kind["list"],
  member: "guardrails",
  create: createGuardrail as Kind["create"],
  update: updateGuardrail as Kind["update"],
  remove: deleteGuardrail as Kind["remove"],
  idOf: (of) => String(of.id ?? of.name ?? ""),
  fresh: { name: "", apply_to: "input", checks: [{ type: "pii" }] },
  columns: [
    { id: "name", title: w.name, cell: (of) => visible(String(of.name ?? of.id ?? "")) },
    enabled,
    { id: "to", title: w.to, cell: (of) => String(of.apply_to ?? "both") },
    {
      id: "checks",
      title: w.checks,
      cell: (of) => ((of.checks ?? []) as { type?: string; kind?: string }[]).map((c) => c.type ?? c.kind).join(", "),
    },
    { id: "fail", title: w.onError, cell: (of) => String(of.on_error ?? "") },
  ],
};

/** The guardrails with what each has found. */
function counted(stats: GuardrailCount[]): Kind {
  return {
    ...guardrails,
    columns: [
      ...guardrails.columns,
      { id: "found", title: w.inTime, cell: (of) => <Sum stats={stats} guardrail={guardrails.idOf(of)} /> },
    ],
  };
}

/** What must texts of calls and answers satisfy, and what was found in them? */
export default function Guardrails() {
  const { may } = useSession();
  return may(guardrailStats.id) ? <WithFound /> : <Rules kind={guardrails} />;
}

function WithFound() {
  const [search] = useUrl();
  const found = useFound(search);
  return (
    <Rules kind={counted(found.data?.stats ?? [])} range>
      <Found of={found} />
    </Rules>
  );
}

function Rules({ kind, range = false, children }: { kind: Kind; range?: boolean; children?: ReactNode }) {
  const { may } = useSession();
  // The id of the one that is tried; "" for all together.
  const [tried, setTried] = useState<string | null>(null);
  return (
    <Page
      title={words.pages.guardrails}
      range={range}
      actions={may(testGuardrails.id) && <Button onClick={() => setTried("")}>{w.trial.all}</Button>}
    >
      <ObjectList
        kind={kind}
        extra={(of) =>
          may(testGuardrails.id) && (
            <Button kind="quiet" onClick={() => setTried(kind.idOf(of))}>
              {w.trial.tryIt}
            </Button>
          )
        }
      />
      {children}
      {tried !== null && <Trial id={tried} onClose={() => setTried(null)} />}
    </Page>
  );
}
