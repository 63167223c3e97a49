import type { State } from "@/api/operations";

/** What a provider has to do, over all nodes. */
export interface Load {
  busy: number;
  slots: number;
  waiting: number;
  tries: number;
  failed: number;
  /** The keys that some node does not use now, until when and why. */
  resting: Map<string, { until: string | undefined; reason: string }>;
}

export function loadOf(provider: string, nodes: State[]): Load {
  const load: Load = { busy: 0, slots: 0, waiting: 0, tries: 0, failed: 0, resting: new Map() };
  for (const p of nodes.flatMap((n) => n.providers ?? [])) {
    if (p.name !== provider) continue;
    load.busy += p.busy;
    load.slots += p.slots;
    load.waiting += p.waiting;
    load.tries += p.tries;
    load.failed += p.failed;
    for (const key of p.keys ?? []) {
      if (key.cool_until || key.broken) load.resting.set(key.name, { until: key.cool_until, reason: key.reason ?? "" });
    }
  }
  return load;
}
