import { useState } from "react";
import { download } from "@/api/call";
import { getGoroutines, getProfile, getRuntime } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { duration, exact, size } from "@/lib/format";
import { Button } from "@/parts/button";
import { Facts, Panel } from "@/parts/panel";
import { Shown } from "@/parts/states";
import { say } from "@/parts/toast";
import { Page } from "@/shell/page";
import { words } from "@/words";

const w = words.profiles;

/** What does this control spend its time and memory on? Each look is in the audit, so there is no other than those asked for. */
export default function Profiles() {
  const asked = useAnswer(getRuntime, {});
  return (
    <Page title={words.pages.profiles} actions={<Button onClick={() => void asked.refetch()}>{w.again}</Button>}>
      <p className="text-muted">{w.ofThis}</p>
      <Panel title={w.runtime}>
        <Shown of={asked}>
          {(of) => (
            <Facts
              of={[
                [w.version, w.onCPUs(of.go_version, of.gomaxprocs, of.num_cpu)],
                [w.goroutines, exact(of.goroutines)],
                [w.heap, w.ofObjects(size(of.heap_in_use_bytes), exact(of.heap_objects))],
                [w.idle, size(of.heap_idle_bytes)],
                [w.stacks, size(of.stack_bytes)],
                [w.system, size(of.system_bytes)],
                [w.collections, w.paused(exact(of.gc_runs), duration(of.gc_pause_total_ms))],
              ]}
            />
          )}
        </Shown>
      </Panel>
      <Panel title={w.take}>
        <ul className="flex flex-col gap-3">
          {(Object.keys(w.kinds) as Kind[]).map((kind) => (
            <li key={kind} className="flex flex-wrap items-center gap-3">
              <Take kind={kind} />
              <span className="text-muted">{w.kinds[kind][1]}</span>
            </li>
          ))}
        </ul>
      </Panel>
    </Page>
  );
}

type Kind = keyof typeof w.kinds;

/** How long a profile of the CPU is, in seconds. */
const seconds = 10;

/** Takes a profile, and has the browser keep it. */
function Take({ kind }: { kind: Kind }) {
  const [busy, setBusy] = useState(false);
  const take = () => {
    setBusy(true);
    const taken =
      kind === "stacks"
        ? download(getGoroutines, {}, "goroutines.txt")
        : download(getProfile, { query: { name: kind, ...(kind === "cpu" && { seconds }) } }, `${kind}.pb.gz`);
    taken.catch((e: Error) => say(words.errors.unknown, e.message)).finally(() => setBusy(false));
  };
  return (
    <Button disabled={busy} onClick={take}>
      {busy ? w.taking : w.kinds[kind][0]}
    </Button>
  );
}
