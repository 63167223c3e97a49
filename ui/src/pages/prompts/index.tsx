import { listPrompts, listPromptVersions, type PromptVersion } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { differences } from "@/lib/diff";
import { ago, visible } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Differences } from "@/parts/differences";
import { Panel } from "@/parts/panel";
import { Empty, Shown } from "@/parts/states";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { words } from "@/words";

const w = words.prompts;

/** Which prompt is live, what changed? */
export default function Prompts() {
  const [search, set] = useUrl();
  const asked = useAnswer(listPrompts, { query: { limit: 200 } });
  return (
    <Page title={words.pages.prompts}>
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
              {opened && <Versions key={opened.id} id={opened.id} name={opened.name} />}
            </div>
          );
        }}
      </Shown>
    </Page>
  );
}

function Versions({ id, name }: { id: string; name: string }) {
  const asked = useAnswer(listPromptVersions, { path: { id } });
  return (
    <Panel title={visible(name)}>
      <Shown of={asked}>
        {(data) => {
          const versions = data.versions ?? [];
          if (versions.length === 0) return <Empty why={w.noVersions} />;
          return versions.map((v, i) => <Version key={v.id} of={v} before={versions[i + 1]} />);
        }}
      </Shown>
    </Panel>
  );
}

/** What two versions may differ in. */
function said(v: PromptVersion | undefined): Record<string, unknown> {
  return v ? { model: v.model, provider: v.provider, model_params: v.model_params, messages: v.messages } : {};
}

function Version({ of, before }: { of: PromptVersion; before: PromptVersion | undefined }) {
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
      <Differences title={`${w.changes} ${of.version_number}`} of={differences(said(before), said(of))} />
    </details>
  );
}
