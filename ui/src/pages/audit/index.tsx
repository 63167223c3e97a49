import { type FormEvent, useState } from "react";
import { download } from "@/api/call";
import { type AuditEntry, exportAudit, listAudit, verifyAudit } from "@/api/operations";
import { usePages } from "@/api/pages";
import { useAnswer } from "@/api/query";
import { dateTime, exact, visible } from "@/lib/format";
import { rangeOf, rangeQuery } from "@/lib/range";
import { Badge, type Tone } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { SelectField, TextField } from "@/parts/field";
import { Grid } from "@/parts/grid";
import { Failure, Skeleton } from "@/parts/states";
import type { Column } from "@/parts/table";
import { say } from "@/parts/toast";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { words } from "@/words";
import { Entry } from "./entry";

const w = words.audit;
const filters = ["caller", "operation", "object", "outcome"] as const;

const tones: Record<AuditEntry["outcome"], Tone> = { done: "good", refused: "warn", failed: "bad" };

const columns: (Column<AuditEntry> & { width: string })[] = [
  { id: "time", title: w.time, width: "13rem", cell: (e) => dateTime(e.time) },
  { id: "who", title: w.caller, width: "minmax(8rem,1fr)", cell: (e) => visible(e.caller.name) },
  { id: "operation", title: w.operation, width: "minmax(10rem,1fr)", cell: (e) => e.operation },
  { id: "object", title: w.object, width: "minmax(14rem,2fr)", cell: (e) => visible(e.object) },
  {
    id: "outcome",
    title: w.outcome,
    width: "9rem",
    cell: (e) => <Badge tone={tones[e.outcome]}>{e.code ?? w.outcomes[e.outcome]}</Badge>,
  },
  { id: "address", title: w.address, width: "9rem", cell: (e) => e.address },
];

/** Who did what? */
export default function Audit() {
  const [search, set] = useUrl();
  const range = search.from ? rangeQuery(rangeOf(search)) : null;
  const query = {
    ...Object.fromEntries(filters.flatMap((name) => (search[name] ? [[name, search[name]]] : []))),
    ...(range && { since: range.start_time, ...(range.end_time && { until: range.end_time }) }),
  };
  const asked = usePages(listAudit, { ...query, limit: 100 }, (page) => page.entries);
  const opened = asked.rows.find((e) => String(e.seq) === search.open);
  const filter = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    set(Object.fromEntries(filters.map((name) => [name, String(form.get(name) ?? "").trim()])));
  };
  const save = () =>
    download(exportAudit, { query: { ...query, format: "csv" } }, "audit.csv").catch((e: Error) =>
      say(words.errors.unknown, e.message),
    );
  return (
    <Page
      title={words.pages.audit}
      range
      actions={
        <>
          <Button onClick={save}>{w.csv}</Button>
          <Verify />
        </>
      }
    >
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={filter}
        key={filters.map((name) => search[name]).join("|")}
      >
        <TextField label={w.caller} name="caller" defaultValue={search.caller ?? ""} data-filter />
        <TextField label={w.operation} name="operation" defaultValue={search.operation ?? ""} />
        <TextField label={w.object} name="object" defaultValue={search.object ?? ""} />
        <SelectField label={w.outcome} name="outcome" defaultValue={search.outcome ?? ""}>
          <option value="">{w.any}</option>
          {Object.entries(w.outcomes).map(([value, title]) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </SelectField>
        <Button type="submit">{w.find}</Button>
      </form>
      {asked.error && <Failure error={asked.error} retry={asked.refetch} />}
      {asked.isPending ? (
        !asked.error && <Skeleton rows={10} />
      ) : (
        <Grid
          label={words.pages.audit}
          columns={columns}
          rows={asked.rows}
          rowKey={(e) => String(e.seq)}
          opened={search.open}
          onOpen={(e) => set({ open: String(e.seq) }, { replace: true })}
          onEnd={asked.more}
        />
      )}
      <Dialog
        open={opened !== undefined}
        onClose={() => set({ open: "" }, { replace: true })}
        title={w.entry}
        sheet
        wide
      >
        {opened && <Entry of={opened} />}
      </Dialog>
    </Page>
  );
}

/** Looks whether the chain of entries is whole. */
function Verify() {
  const [wanted, setWanted] = useState(false);
  const asked = useAnswer(verifyAudit, {}, { enabled: wanted });
  if (asked.error) return <Failure error={asked.error} retry={asked.refetch} />;
  if (asked.data) {
    const { whole, entries, broken_seq, reason } = asked.data;
    return (
      <Badge tone={whole ? "good" : "bad"}>
        {whole ? w.whole(exact(entries)) : w.broken(broken_seq ?? 0, reason ?? "")}
      </Badge>
    );
  }
  return (
    <Button onClick={() => setWanted(true)} disabled={asked.isFetching}>
      {w.verify}
    </Button>
  );
}
