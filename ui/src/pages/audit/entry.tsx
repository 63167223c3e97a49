import type { AuditEntry } from "@/api/operations";
import type { Difference } from "@/lib/diff";
import { dateTime, visible } from "@/lib/format";
import { Differences } from "@/parts/differences";
import { Facts } from "@/parts/panel";
import { words } from "@/words";

const w = words.audit;

interface Step {
  op: string;
  path: string;
  value?: unknown;
}

/** The changes of an entry: JSON patches (RFC 6902) in which a test tells what was there before. */
export function changesOf(entry: AuditEntry): { object: string; differences: Difference[] }[] {
  if (!Array.isArray(entry.changes)) return [];
  return (entry.changes as { object: string; patch: Step[] }[]).map(({ object, patch }) => {
    const before = new Map(patch.filter((s) => s.op === "test").map((s) => [s.path, s.value]));
    const differences = patch
      .filter((s) => s.op !== "test")
      .map((s): Difference => {
        const path = s.path.slice(1).replaceAll("/", ".").replaceAll("~1", "/").replaceAll("~0", "~") || object;
        return {
          path,
          ...(before.has(s.path) && { before: before.get(s.path) }),
          ...(s.op !== "remove" && { after: s.value }),
        };
      });
    return { object, differences };
  });
}

export function Entry({ of }: { of: AuditEntry }) {
  return (
    <div className="flex flex-col gap-4">
      <Facts
        of={[
          [w.time, dateTime(of.time)],
          [
            w.caller,
            `${visible(of.caller.name)} (${w.kinds[of.caller.kind as keyof typeof w.kinds] ?? of.caller.kind})`,
          ],
          [w.operation, of.operation],
          [w.object, visible(of.object)],
          [w.outcome, `${w.outcomes[of.outcome]} ${of.status}${of.code ? ` ${of.code}` : ""}`],
          [w.address, of.address],
          [w.request, of.request_id],
          [
            w.hash,
            <code key="hash" className="font-mono text-xs">
              {of.hash}
            </code>,
          ],
        ]}
      />
      {changesOf(of).map((change) => (
        <section key={change.object} className="flex flex-col gap-2">
          <h3 className="font-semibold">{visible(change.object)}</h3>
          <Differences title={change.object} of={change.differences} />
        </section>
      ))}
    </div>
  );
}
