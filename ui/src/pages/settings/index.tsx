import { type FormEvent, useState } from "react";
import {
  type ConfigOutputBody,
  getConfig,
  getConfigSources,
  listVersions,
  patchConfig,
  type SourcesOutputBody,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { changeOf } from "@/forms/change";
import { Form, type Values } from "@/forms/form";
import { FieldNotes } from "@/forms/notes";
import { type Description, isOffered } from "@/forms/schema";
import { useDescription } from "@/forms/useDescription";
import { differences } from "@/lib/diff";
import { yaml } from "@/lib/yaml";
import { useLiveRefresh } from "@/live/useLive";
import { Button } from "@/parts/button";
import { Conflict } from "@/parts/conflict";
import { Code } from "@/parts/copy";
import { Differences } from "@/parts/differences";
import { SelectField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Failure, Shown } from "@/parts/states";
import { say } from "@/parts/toast";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { noteOf } from "./source";
import { Defaults, Origin } from "./sources";

const w = words.settings;

/** Sections that have pages of their own. */
const elsewhere = ["providers", "governance", "plugins", "mcp", "guardrails", "$schema", "version"];

/** How is it set? */
export default function Settings() {
  const description = useDescription();
  const config = useAnswer(getConfig, {});
  const [search, set] = useUrl();
  useLiveRefresh(["config"], [getConfig, getConfigSources], 300);
  return (
    <Page title={words.pages.settings}>
      <Shown of={description}>
        {(api) => (
          <Shown of={config}>
            {(data) => {
              const sections = Object.entries(api.named("Config").properties ?? {}).filter(
                ([name, s]) => isOffered(s) && !elsewhere.includes(name),
              );
              const opened = search.section ?? sections[0]?.[0] ?? "";
              return (
                <div className="grid items-start gap-4 lg:grid-cols-[14rem_1fr]">
                  <nav aria-label={w.sections} className="flex flex-col">
                    {sections.map(([name]) => (
                      <button
                        key={name}
                        type="button"
                        aria-current={name === opened ? "page" : undefined}
                        className={`min-h-7 rounded-md px-2 text-start ${name === opened ? "bg-accent-soft font-medium text-accent" : "hover:bg-raised"}`}
                        onClick={() => set({ section: name })}
                      >
                        {name}
                      </button>
                    ))}
                  </nav>
                  <Sourced key={opened} name={opened} api={api} config={data} />
                </div>
              );
            }}
          </Shown>
        )}
      </Shown>
    </Page>
  );
}

/** A section, with where its values come from. */
function Sourced(props: { name: string; api: Description; config: ConfigOutputBody }) {
  const sources = useAnswer(getConfigSources, { query: { section: props.name } });
  return <Shown of={sources}>{(data) => <Section {...props} sources={data} />}</Shown>;
}

/** A section as a form: a draft, what it changes, and saving it as a revision. */
function Section({
  name,
  api,
  config,
  sources,
}: {
  name: string;
  api: Description;
  config: ConfigOutputBody;
  sources: SourcesOutputBody;
}) {
  const { may } = useSession();
  const mayChange = may(patchConfig.id) && !sources.at_start?.includes(name);
  const patch = useChange(patchConfig, [getConfig, getConfigSources, listVersions]);
  // The draft goes by what was there when it was begun; without one, by what comes.
  const [base, setBase] = useState(config);
  const whole = (base.config ?? {}) as Values;
  const schema = api.named("Config").properties?.[name] ?? {};
  const [draft, setDraft] = useState(whole[name]);
  const before = { [name]: whole[name] };
  const after = { [name]: draft };
  const changed = differences(before, after);
  const begin = (from: ConfigOutputBody) => {
    setBase(from);
    setDraft(((from.config ?? {}) as Values)[name]);
  };
  if (changed.length === 0 && config.revision > base.revision) begin(config);
  const [percent, setPercent] = useState(0);
  const save = (revision: number) => {
    const isGroup = api.kindOf(schema) === "group";
    // A member that is gone is null in a merge patch, which leaves alone what it does not name.
    const change = isGroup
      ? { [name]: deepChange((whole[name] ?? {}) as Values, (draft ?? {}) as Values) }
      : changeOf(before, after);
    patch.mutate(
      { body: change as never, query: { revision, ...(percent > 0 && { percent }) } },
      {
        onSuccess: (done) => {
          say(percent > 0 ? w.tried(done.revision, percent) : w.saved(done.revision));
          setPercent(0);
          // What is on trial is not what is in force.
          if (percent > 0) setDraft(whole[name]);
          else begin(done);
        },
      },
    );
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save(base.revision);
  };
  // A group that is not set is told member by member, too.
  const blank = api.kindOf(schema) === "group" ? {} : undefined;
  if (patch.error?.isConflict && config.revision > base.revision) {
    return (
      <Panel title={name}>
        <Conflict
          base={{ [name]: whole[name] ?? blank }}
          theirs={{ [name]: ((config.config ?? {}) as Values)[name] ?? blank }}
          mine={after}
          busy={patch.isPending}
          onMine={() => save(config.revision)}
          onTheirs={() => {
            patch.reset();
            begin(config);
          }}
        />
      </Panel>
    );
  }
  return (
    <Panel title={name}>
      {schema.description && <p className="text-muted">{schema.description}</p>}
      <Origin sources={sources} section={name} />
      <form className="flex flex-col gap-4" onSubmit={submit}>
        <fieldset disabled={!mayChange} className="contents">
          <FieldNotes value={(at) => noteOf(at.slice("body.".length), sources)}>
            <Form
              description={api}
              schema={{ type: "object", properties: { [name]: schema }, required: [name] }}
              values={after}
              onChange={(values) => setDraft(values[name])}
              error={patch.error}
            />
          </FieldNotes>
        </fieldset>
        {changed.length > 0 && <Differences of={changed} />}
        {patch.error && <Failure error={patch.error} />}
        {mayChange && (
          <div className="flex items-end justify-end gap-2">
            <SelectField label={w.rollout} value={percent} onChange={(e) => setPercent(Number(e.target.value))}>
              <option value={0}>{w.everywhere}</option>
              {[5, 10, 25, 50].map((share) => (
                <option key={share} value={share}>
                  {w.share(share)}
                </option>
              ))}
            </SelectField>
            <Button disabled={changed.length === 0} onClick={() => setDraft(whole[name])}>
              {words.keysPage.undo}
            </Button>
            <Button kind="main" type="submit" disabled={changed.length === 0 || patch.isPending}>
              {words.common.save}
            </Button>
          </div>
        )}
      </form>
      <Defaults api={api} schema={schema} value={whole[name]} section={name} sources={sources} />
      {(
        [
          [w.asYaml, yaml],
          [w.asJson, (of: Values) => JSON.stringify(of, null, 2)],
        ] as const
      ).map(([title, write]) => (
        <details key={title}>
          <summary className="min-h-6 w-max text-muted">{title}</summary>
          <Code text={write(whole[name] === undefined ? {} : before)} label={title} />
        </details>
      ))}
    </Panel>
  );
}

/** A merge patch (RFC 7396) that makes one tree of values the other. */
export function deepChange(before: Values, after: Values): Values {
  const change = changeOf(before, after);
  for (const [name, value] of Object.entries(change)) {
    const was = before[name];
    if (isGroup(was) && isGroup(value)) change[name] = deepChange(was, value);
  }
  return change;
}

function isGroup(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
