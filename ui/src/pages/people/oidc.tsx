import { type FormEvent, useState } from "react";
import { getSessionEnabled, testOidc } from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button } from "@/parts/button";
import { TextField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Empty, Failure } from "@/parts/states";
import { useSession } from "@/shell/session";
import { words } from "@/words";

const w = words.people.oidc;

/** How people sign in at an OpenID provider, tried step by step. */
export function OIDC() {
  const { may } = useSession();
  const can = useAnswer(getSessionEnabled, {});
  const test = useChange(testOidc, []);
  const [groups, setGroups] = useState("");
  if (!may(testOidc.id)) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const list = groups
      .split(",")
      .map((group) => group.trim())
      .filter(Boolean);
    test.mutate({ body: list.length ? { groups: list } : {} });
  };
  return (
    <Panel title={w.title}>
      {can.data?.oidc === false ? (
        <Empty why={w.none} />
      ) : (
        <form className="flex max-w-2xl flex-col gap-3" onSubmit={submit}>
          <TextField label={w.groups} hint={w.groupsHint} value={groups} onChange={(e) => setGroups(e.target.value)} />
          <div>
            <Button type="submit" disabled={test.isPending}>
              {w.test}
            </Button>
          </div>
        </form>
      )}
      {test.error && <Failure error={test.error} />}
      {test.data && (
        <ol aria-label={w.steps} className="flex flex-col gap-1">
          {(test.data.steps ?? []).map((step) => (
            <li key={step.step} className="flex flex-wrap items-baseline gap-2">
              <Badge tone={step.ok ? "good" : "bad"}>{step.ok ? w.holds : w.fails}</Badge>
              <strong className="font-medium">{w.step[step.step]}</strong>
              <span className="min-w-0 text-muted">{visible(step.message)}</span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
