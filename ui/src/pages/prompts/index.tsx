import { useState } from "react";
import {
  createPrompt,
  createPromptVersion,
  deletePrompt,
  listPrompts,
  listPromptVersions,
  type Prompt,
  type PromptVersion,
  updatePrompt,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { differences } from "@/lib/diff";
import { ago, visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Differences } from "@/parts/differences";
import { Panel } from "@/parts/panel";
import { Empty, Failure, Shown } from "@/parts/states";
import { say } from "@/parts/toast";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { Commit } from "./commit";
import { MakePrompt } from "./make";
import { said } from "./said";

const w = words.prompts;

/** Which prompt is live, what changed? */
export default function Prompts() {
  const [search, set] = useUrl();
  const { may } = useSession();
  const [making, setMaking] = useState(false);
  const asked = useAnswer(listPrompts, { query: { limit: 200 } });
  return (
    <Page
      title={words.pages.prompts}
      actions={
        may(createPrompt.id) && (
          <Button kind="main" onClick={() => setMaking(true)}>
            {w.make}
          </Button>
        )
      }
    >
      {making && <MakePrompt onClose={() => setMaking(false)} onMade={(id) => set({ open: id })} />}
      <Shown of={asked}>
        {(data) => {
          const prompts = data.prompts ?? [];
          if (prompts.length === 0) return <Empty why={w.none} />;
          const opened = prompts.find((p) => p.id === search.open) ?? prompts[0];
          return (
            <div className="grid items-start gap-4 lg:grid-cols-[20rem_1fr]">
              <Panel title={w.prompts}>
                <ul className="flex flex-col">
                  {prompts.map((p) => (
                    <li key={p.id}>
                      <button
                        type="button"
                        aria-current={p.id === opened?.id ? "true" : undefined}
                        className={`flex w-full flex-col rounded-md px-2 py-1.5 text-start ${p.id === opened?.id ? "bg-accent-soft" : "hover:bg-raised"}`}
                        onClick={() => set({ open: p.id }, { replace: true })}
                      >
                        <span className="font-medium">{visible(p.name)}</span>
                        <span className="text-xs text-muted">
                          {[
                            w.version(p.latest),
                            ...Object.entries(p.labels ?? {}).map(([label, v]) => `${label} → ${v}`),
                          ]
                            .filter(Boolean)
                            .join(" · ")}
                        </span>
                      </button>
                    </li>
                  ))}
                </ul>
              </Panel>
              {opened && <Versions key={opened.id} of={opened} />}
            </div>
          );
        }}
      </Shown>
    </Page>
  );
}

function Versions({ of }: { of: Prompt }) {
  const { may } = useSession();
  const [committing, setCommitting] = useState(false);
  const [removing, setRemoving] = useState(false);
  const asked = useAnswer(listPromptVersions, { path: { id: of.id } });
  const remove = useChange(deletePrompt, [listPrompts]);
  const versions = asked.data?.versions ?? [];
  return (
    <Panel
      title={visible(of.name)}
      side={
        <span className="flex gap-2">
          {may(createPromptVersion.id) && asked.data && <Button onClick={() => setCommitting(true)}>{w.commit}</Button>}
          {may(deletePrompt.id) && (
            <Button kind="quiet" onClick={() => setRemoving(true)}>
              {w.remove}
            </Button>
          )}
        </span>
      }
    >
      <Shown of={asked}>
        {() =>
          versions.length === 0 ? (
            <Empty why={w.noVersions} />
          ) : (
            versions.map((v, i) => <Version key={v.id} prompt={of} of={v} before={versions[i + 1]} />)
          )
        }
      </Shown>
      {committing && <Commit id={of.id} latest={versions[0]} onClose={() => setCommitting(false)} />}
      {removing && (
        <Confirm
          open
          onClose={() => setRemoving(false)}
          title={words.objects.removeTitle(visible(of.name))}
          effect={w.removeEffect}
          action={words.objects.remove}
          name={of.name}
          busy={remove.isPending}
          fault={remove.error && <Failure error={remove.error} />}
          onConfirm={() => remove.mutate({ path: { id: of.id } }, { onSuccess: () => setRemoving(false) })}
        />
      )}
    </Panel>
  );
}

/** The name of the version that calls get which name none. */
const live = "live";

function Version({ prompt, of, before }: { prompt: Prompt; of: PromptVersion; before: PromptVersion | undefined }) {
  const { may } = useSession();
  const update = useChange(updatePrompt, [listPrompts, listPromptVersions]);
  const n = of.version_number;
  const goLive = () =>
    update.mutate(
      { path: { id: prompt.id }, body: { labels: { ...prompt.labels, [live]: n } } },
      { onSuccess: () => say(w.isLive(n)), onError: (e) => say(e.message, e.code) },
    );
  return (
    <details open={of.is_latest} className="border-t border-line pt-2">
      <summary className="min-h-6">
        <strong>{w.version(of.version_number)}</strong> {visible(of.commit_message ?? "")}{" "}
        {(of.labels ?? []).map((label) => (
          <Badge key={label} tone="good">
            {label}
          </Badge>
        ))}{" "}
        <span className="text-xs text-muted">
          {of.created_by} · {ago(of.created_at)}
        </span>
      </summary>
      {may(updatePrompt.id) && !(of.labels ?? []).includes(live) && (
        <p className="py-1">
          <Button disabled={update.isPending} onClick={goLive}>
            {w.goLive}
          </Button>
        </p>
      )}
      <Differences title={`${w.changes} ${of.version_number}`} of={differences(said(before), said(of))} />
    </details>
  );
}
