import { useState } from "react";
import {
  createPerson,
  deletePerson,
  deleteToken,
  listPeople,
  listTokens,
  type Person,
  type Token,
  updatePerson,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import type { Values } from "@/forms/form";
import { ago, dateTime, visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Dialog } from "@/parts/dialog";
import { Panel } from "@/parts/panel";
import { Empty, Failure, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { say } from "@/parts/toast";
import { Page } from "@/shell/page";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { Editor } from "../objects/editor";
import type { Kind } from "../objects/kind";
import { MakePerson, MakeToken } from "./make";
import { OIDC } from "./oidc";
import { Sessions } from "./sessions";

const w = words.people;

const kind: Kind = {
  title: w.people,
  one: w.person,
  none: w.noPeople,
  list: listPeople as unknown as Kind["list"],
  member: "users",
  create: createPerson as Kind["create"],
  update: updatePerson as Kind["update"],
  remove: deletePerson,
  idOf: (of) => String(of.id ?? ""),
  revisionOf: (of) => Number(of.revision),
  columns: [],
  fresh: { username: "" },
  told: ["id", "created_at", "updated_at", "last_sign_in_at", "has_password", "issuer", "revision"],
};

/** Who may enter? */
export default function People() {
  const { may } = useSession();
  const [making, setMaking] = useState<"person" | "token" | null>(null);
  return (
    <Page title={words.pages.people}>
      <Panel
        title={w.people}
        side={may("create-person") && <Button onClick={() => setMaking("person")}>{w.makePerson}</Button>}
      >
        <PeopleList />
      </Panel>
      <Panel
        title={w.tokens}
        side={may("create-token") && <Button onClick={() => setMaking("token")}>{w.makeToken}</Button>}
      >
        <TokenList />
      </Panel>
      <OIDC />
      {making === "person" && <MakePerson onClose={() => setMaking(null)} />}
      {making === "token" && <MakeToken onClose={() => setMaking(null)} />}
    </Page>
  );
}

function PeopleList() {
  const asked = useAnswer(listPeople, { query: { limit: 1_000 } });
  const update = useChange(updatePerson, [listPeople]);
  const remove = useChange(deletePerson, [listPeople]);
  const [removing, setRemoving] = useState<Person | null>(null);
  const [editing, setEditing] = useState<Person | null>(null);
  const [lookedAt, setLookedAt] = useState<Person | null>(null);
  const switchOff = (p: Person) =>
    update.mutate(
      { path: { id: p.id }, body: { is_disabled: !p.is_disabled, revision: p.revision } },
      { onError: (e) => say(e.message, e.code) },
    );
  return (
    <Shown of={asked}>
      {(data) => (
        <>
          {data.users?.length ? (
            <Table
              caption={w.people}
              rows={data.users}
              rowKey={(p) => p.id}
              columns={[
                { id: "name", title: w.name, cell: (p) => visible(p.username) },
                { id: "role", title: w.role, cell: (p) => words.roles[p.role] },
                { id: "teams", title: w.teams, cell: (p) => (p.teams?.length ? p.teams.join(", ") : w.allTeams) },
                {
                  id: "state",
                  title: w.state,
                  cell: (p) =>
                    p.is_disabled ? <Badge tone="bad">{w.disabled}</Badge> : <Badge tone="good">{w.enabled}</Badge>,
                },
                { id: "in", title: w.lastIn, cell: (p) => ago(p.last_sign_in_at) },
                { id: "how", title: w.how, cell: (p) => p.issuer ?? (p.has_password ? w.byPassword : "") },
                {
                  id: "do",
                  title: words.objects.actions,
                  end: true,
                  cell: (p) => (
                    <span className="flex justify-end gap-1">
                      <Button kind="quiet" onClick={() => setEditing(p)}>
                        {words.objects.edit}
                      </Button>
                      <Button kind="quiet" onClick={() => setLookedAt(p)}>
                        {w.sessions.show}
                      </Button>
                      <Button kind="quiet" onClick={() => switchOff(p)}>
                        {p.is_disabled ? w.enable : w.disable}
                      </Button>
                      <Button kind="quiet" onClick={() => setRemoving(p)}>
                        {words.objects.remove}
                      </Button>
                    </span>
                  ),
                },
              ]}
            />
          ) : (
            <Empty why={w.noPeople} />
          )}
          {editing && (
            <Editor
              kind={kind}
              of={{ ...editing } as Values}
              title={visible(editing.username)}
              revision={editing.revision}
              onClose={() => setEditing(null)}
            />
          )}
          {lookedAt && (
            <Dialog open onClose={() => setLookedAt(null)} title={w.sessions.of(visible(lookedAt.username))} wide>
              <Sessions of={lookedAt.id} />
            </Dialog>
          )}
          {removing && (
            <Confirm
              open
              onClose={() => setRemoving(null)}
              title={words.objects.removeTitle(removing.username)}
              effect={w.removeEffect}
              action={words.objects.remove}
              name={removing.username}
              busy={remove.isPending}
              fault={remove.error && <Failure error={remove.error} />}
              onConfirm={() => remove.mutate({ path: { id: removing.id } }, { onSuccess: () => setRemoving(null) })}
            />
          )}
        </>
      )}
    </Shown>
  );
}

function TokenList() {
  const asked = useAnswer(listTokens, {});
  const remove = useChange(deleteToken, [listTokens]);
  const [removing, setRemoving] = useState<Token | null>(null);
  return (
    <Shown of={asked}>
      {(data) => (
        <>
          {data.tokens?.length ? (
            <Table
              caption={w.tokens}
              rows={data.tokens}
              rowKey={(t) => t.id}
              columns={[
                { id: "name", title: w.name, cell: (t) => visible(t.name) },
                { id: "role", title: w.role, cell: (t) => words.roles[t.role] },
                { id: "value", title: w.value, cell: (t) => t.value },
                { id: "used", title: w.used, cell: (t) => ago(t.used_at) },
                { id: "ends", title: w.ends, cell: (t) => dateTime(t.expires_at) },
                {
                  id: "do",
                  title: words.objects.actions,
                  end: true,
                  cell: (t) => (
                    <Button kind="quiet" onClick={() => setRemoving(t)}>
                      {words.objects.remove}
                    </Button>
                  ),
                },
              ]}
            />
          ) : (
            <Empty why={w.noTokens} />
          )}
          {removing && (
            <Confirm
              open
              onClose={() => setRemoving(null)}
              title={words.objects.removeTitle(removing.name)}
              effect={w.removeTokenEffect}
              action={words.objects.remove}
              name={removing.name}
              busy={remove.isPending}
              fault={remove.error && <Failure error={remove.error} />}
              onConfirm={() => remove.mutate({ path: { id: removing.id } }, { onSuccess: () => setRemoving(null) })}
            />
          )}
        </>
      )}
    </Shown>
  );
}
