import type { Difference } from "@/lib/diff";
import { visible } from "@/lib/format";
import { words } from "@/words";
import { LongText, piece } from "./longtext";
import { Table } from "./table";

/** A value of a document, as JSON writes it. */
export function Value({ of, tone }: { of: unknown; tone: string }) {
  if (of === undefined) return <span className="text-muted">–</span>;
  const text = typeof of === "string" ? of : JSON.stringify(of, null, 2);
  if (text.length > piece) return <LongText mono text={text} />;
  return <code className={`font-mono text-xs whitespace-pre-wrap ${tone}`}>{visible(text)}</code>;
}

/** What has changed, place by place. */
export function Differences({ of, title = words.diff.title }: { of: Difference[]; title?: string }) {
  const w = words.diff;
  if (of.length === 0) return <p className="text-muted">{w.none}</p>;
  return (
    <Table
      top
      caption={title}
      rows={of}
      rowKey={(d) => d.path}
      columns={[
        { id: "path", title: w.path, cell: (d) => <code className="font-mono text-xs">{visible(d.path)}</code> },
        { id: "before", title: w.before, cell: (d) => <Value of={d.before} tone="text-bad" /> },
        { id: "after", title: w.after, cell: (d) => <Value of={d.after} tone="text-good" /> },
      ]}
    />
  );
}
