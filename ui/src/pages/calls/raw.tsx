import type { LogBody } from "@/api/operations";
import { count } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { LongText } from "@/parts/longtext";
import { words } from "@/words";

const w = words.calls.content;

/** A body as it was sent. */
export function Raw({ title, of }: { title: string; of: LogBody }) {
  return (
    <section className="flex flex-col gap-1" aria-label={title}>
      <h4 className="flex flex-wrap items-center gap-2 font-medium">
        {title} <span className="text-xs text-muted">{w.bytes(count(of.bytes))}</span>
        {of.truncated && <Badge tone="warn">{w.cut}</Badge>}
        {of.assembled && <Badge tone="plain">{w.assembled}</Badge>}
      </h4>
      <div className="flex flex-col gap-1 rounded-md bg-raised p-2">
        <LongText mono text={of.text} />
      </div>
    </section>
  );
}
