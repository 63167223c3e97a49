import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import {
  commitPromptSession,
  createPromptSession,
  deletePromptSession,
  listPromptSessions,
  listPrompts,
  listPromptVersions,
  type PromptSession,
  type PromptVersion,
  updatePromptSession,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { differences } from "@/lib/diff";
import { ago, visible } from "@/lib/format";
import { Button, buttonLook } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Dialog } from "@/parts/dialog";
import { Differences } from "@/parts/differences";
import { faultAt } from "@/parts/faults";
import { TextField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Empty, Failure, Shown } from "@/parts/states";
import { say } from "@/parts/toast";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { ContentFields, useContent } from "./content";
import { said } from "./said";

const w = words.prompts;

/** The drafts of a prompt: begun with its latest version, tried, and committed as the next one. */
export function Drafts({ id, latest }: { id: string; latest: PromptVersion | undefined }) {
  const { may } = useSession();
  const [opened, setOpened] = useState<PromptSession | null>(null);
  const [removing, setRemoving] = useState<PromptSession | null>(null);
  const asked = useAnswer(listPromptSessions, { path: { id } });
  const begin = useChange(createPromptSession, [listPromptSessions]);
  const remove = useChange(deletePromptSession, [listPromptSessions]);
  const start = () =>
    begin.mutate(
      {
        path: { id },
        body: {
          name: w.newDraft(latest?.version_number),
          ...(latest ? { version_id: latest.id } : { messages: [{ role: "system", content: "" }] }),
        },
      },
      { onSuccess: ({ session }) => setOpened(session), onError: (e) => say(e.message, e.code) },
    );
  return (
    <Panel
      title={w.drafts}
      side={
        may(createPromptSession.id) && (
          <Button disabled={begin.isPending} onClick={start}>
            {w.beginDraft}
          </Button>
        )
      }
    >
      <Shown of={asked}>
        {({ sessions }) =>
          sessions?.length ? (
            <ul className="flex flex-col divide-y divide-line">
              {sessions.map((s) => (
                <li key={s.id} className="flex flex-wrap items-center gap-2 py-1">
                  <span className="me-auto">
                    {visible(s.name)} <span className="text-xs text-muted">{ago(s.updated_at)}</span>
                  </span>
                  <Link to={"/playground" as never} search={{ draft: s.id } as never} className={buttonLook()}>
                    {w.tryIt}
                  </Link>
                  {may(updatePromptSession.id) && (
                    <Button aria-label={w.openDraft(s.name)} onClick={() => setOpened(s)}>
                      {words.objects.edit}
                    </Button>
                  )}
                  {may(deletePromptSession.id) && (
                    <Button kind="quiet" onClick={() => setRemoving(s)}>
                      {w.removeDraft}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          ) : (
            <Empty why={w.noDrafts} />
          )
        }
      </Shown>
      {opened && <Draft key={opened.id} of={opened} latest={latest} onClose={() => setOpened(null)} />}
      {removing && (
        <Confirm
          open
          onClose={() => setRemoving(null)}
          title={words.objects.removeTitle(visible(removing.name))}
          effect={w.removeDraftEffect}
          action={words.objects.remove}
          busy={remove.isPending}
          fault={remove.error && <Failure error={remove.error} />}
          onConfirm={() => remove.mutate({ path: { id: removing.id } }, { onSuccess: () => setRemoving(null) })}
        />
      )}
    </Panel>
  );
}

function Draft({ of, latest, onClose }: { of: PromptSession; latest: PromptVersion | undefined; onClose: () => void }) {
  const save = useChange(updatePromptSession, [listPromptSessions]);
  const commit = useChange(commitPromptSession, [listPromptVersions, listPrompts, listPromptSessions]);
  const content = useContent(of);
  const [name, setName] = useState(of.name);
  const [message, setMessage] = useState("");
  const body = content.said;
  const path = { id: of.id };
  const saveIt = (then: () => void) => body && save.mutate({ path, body: { name, ...body } }, { onSuccess: then });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saveIt(() => say(w.saved));
  };
  const commitIt = () =>
    saveIt(() =>
      commit.mutate(
        { path, body: { ...(message && { commit_message: message }) } },
        {
          onSuccess: ({ version }) => {
            say(w.committed(version.version_number));
            onClose();
          },
        },
      ),
    );
  const error = save.error ?? commit.error;
  const busy = save.isPending || commit.isPending;
  return (
    <Dialog open onClose={onClose} title={w.openDraft(visible(of.name))} sheet wide>
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <TextField
          label={w.draftName}
          value={name}
          required
          fault={faultAt(error, "name")}
          onChange={(e) => setName(e.target.value)}
        />
        <ContentFields of={content} error={error} />
        {latest && body && <Differences of={differences(said(latest), said(body))} />}
        <TextField label={w.message} value={message} onChange={(e) => setMessage(e.target.value)} />
        {error && <Failure error={error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button type="submit" disabled={busy || !body}>
            {w.save}
          </Button>
          <Button kind="main" disabled={busy || !body} onClick={commitIt}>
            {w.commitDraft}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
