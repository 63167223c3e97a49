import { type SecretKeysOutputBody, showSecretKeys } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { exact } from "@/lib/format";
import { Badge, type Tone } from "@/parts/badge";
import { Panel } from "@/parts/panel";
import { Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { words } from "@/words";

const w = words.cluster.secretKeys;

const tones: Record<SecretKeysOutputBody["state"], Tone> = {
  none: "good",
  accepting: "warn",
  using: "warn",
  sealing: "warn",
  done: "good",
};

/** Which secret keys nodes use and accept, and how far an exchange of them has come. */
export function SecretKeys() {
  const asked = useAnswer(showSecretKeys, {}, { every: 10_000 });
  return (
    <Panel title={w.title}>
      <Shown of={asked} rows={1}>
        {(data) => (
          <>
            <p className="flex flex-wrap gap-2">
              <Badge tone={tones[data.state]}>{w.states[data.state]}</Badge>
              {w.next[data.state]}
            </p>
            {data.sealed_with_others > 0 && <p>{w.sealed(data.sealed_with_others)}</p>}
            <div className="grid gap-4 lg:grid-cols-2">
              <Table
                caption={w.keys}
                rows={data.keys ?? []}
                rowKey={(k) => k.fingerprint}
                columns={[
                  { id: "key", title: w.key, cell: (k) => <Fingerprint of={k.fingerprint} /> },
                  { id: "used", title: w.usedBy, end: true, cell: (k) => exact(k.used_by) },
                  { id: "accepted", title: w.acceptedBy, end: true, cell: (k) => exact(k.accepted_by) },
                ]}
              />
              <Table
                caption={w.nodes}
                rows={data.nodes ?? []}
                rowKey={(n) => n.node}
                columns={[
                  { id: "node", title: words.cluster.node, cell: (n) => n.node },
                  { id: "uses", title: w.uses, cell: (n) => <Fingerprint of={n.keys?.[0] ?? ""} /> },
                  {
                    id: "accepts",
                    title: w.accepts,
                    cell: (n) => (n.keys ?? []).slice(1).map((key) => <Fingerprint key={key} of={key} />),
                  },
                ]}
              />
            </div>
          </>
        )}
      </Shown>
    </Panel>
  );
}

function Fingerprint({ of }: { of: string }) {
  return <code className="me-2 font-mono text-xs">{of}</code>;
}
