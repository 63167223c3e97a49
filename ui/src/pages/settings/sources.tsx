import type { SourcesOutputBody } from "@/api/operations";
import type { Description, Schema } from "@/forms/schema";
import { visible } from "@/lib/format";
import { Facts } from "@/parts/panel";
import { Table } from "@/parts/table";
import { words } from "@/words";
import { defaultsOf, fileOf, isIn, told } from "./source";

const w = words.settings.sources;

/** Where a section comes from as a whole, and what was removed here that the file sets. */
export function Origin({ sources, section }: { sources: SourcesOutputBody; section: string }) {
  const removed = sources.values?.filter((v) => v.removed) ?? [];
  const atStart = sources.at_start?.includes(section);
  return (
    <>
      {atStart ? (
        <p>{w.sectionAtStart}</p>
      ) : (
        sources.file && <p>{(sources.file.locked ? w.fileLocked : w.fileTaken)(fileOf(sources))}</p>
      )}
      {removed.length > 0 && <Facts of={removed.map((v) => [visible(v.path), told(v, sources).text])} />}
    </>
  );
}

interface Props {
  api: Description;
  schema: Schema;
  value: unknown;
  section: string;
  sources: SourcesOutputBody;
}

/** What is not set, and what it is by default. */
export function Defaults({ api, schema, value, section, sources }: Props) {
  const rows = defaultsOf(api, schema, value, section).filter(
    (row) => !sources.values?.some((v) => !v.removed && isIn(row.path, v.path)),
  );
  if (rows.length === 0) return null;
  return (
    <details>
      <summary className="min-h-6 w-max text-muted">{w.defaults(rows.length)}</summary>
      <Table
        caption={w.defaults(rows.length)}
        rows={rows}
        rowKey={(row) => row.path}
        columns={[
          { id: "path", title: words.diff.path, cell: (row) => row.path },
          { id: "value", title: w.value, cell: (row) => row.value },
        ]}
      />
    </details>
  );
}
