import { createGuardrail, deleteGuardrail, listGuardrails, updateGuardrail } from "@/api/operations";
import { visible } from "@/lib/format";
import { Page } from "@/shell/page";
import { words } from "@/words";
import type { Kind } from "../objects/kind";
import { ObjectList } from "../objects/list";
import { enabled } from "../objects/state";

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

/** What must texts of calls and answers satisfy? */
export default function Guardrails() {
  return (
    <Page title={words.pages.guardrails}>
      <ObjectList kind={guardrails} />
    </Page>
  );
}
