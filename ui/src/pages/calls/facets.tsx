import { type FormEvent, useState } from "react";
import { getLogFilterdata } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { count, visible } from "@/lib/format";
import { Button } from "@/parts/button";
import { SelectField, TextField } from "@/parts/field";
import type { Search } from "@/shell/search";
import { words } from "@/words";
import {
  chosen,
  excluded,
  type ListFilter,
  metadataOf,
  type SingleFilter,
  toggled,
  valuesOf,
  withMetadata,
} from "./filter";
import { useCounts } from "./useCounts";

const w = words.calls.facets;

interface Choice {
  value: string;
  title: string;
}

/** What calls can be filtered by: an id, and the values that there are. */
export function Facets({ search, set }: { search: Search; set: (change: Search) => void }) {
  const asked = useAnswer(getLogFilterdata, {}, { every: 60_000 });
  const data = asked.data;
  const named = (list: { id: string; name: string }[] | null | undefined): Choice[] =>
    (list ?? []).map(({ id, name }) => ({ value: id, title: name || id }));
  const plain = (list: string[] | null | undefined): Choice[] => (list ?? []).map((value) => ({ value, title: value }));
  const facets: [ListFilter, string, Choice[]][] = [
    ["status", w.status, Object.entries(words.calls.outcome).map(([value, title]) => ({ value, title }))],
    ["providers", w.providers, plain(data?.providers)],
    ["models", w.models, plain(data?.models)],
    ["selected_key_ids", w.keys, named(data?.selected_keys)],
    ["virtual_key_ids", w.virtualKeys, named(data?.virtual_keys)],
    ["team_ids", w.teams, named(data?.teams)],
    ["customer_ids", w.customers, named(data?.customers)],
    ["routing_rule_ids", w.rules, named(data?.routing_rules)],
    ["status_codes", w.statusCodes, plain(data?.status_codes)],
    ["nodes", w.nodes, plain(data?.nodes)],
  ];
  return (
    <aside aria-label={w.title} className="flex w-52 shrink-0 flex-col gap-3 overflow-y-auto pe-1 max-lg:hidden">
      <IdFilter search={search} set={set} />
      {facets.map(([name, title, choices]) => (
        <Facet key={name} name={name} search={search} title={title} choices={choices} set={set} />
      ))}
      <FurtherFilters search={search} set={set} />
    </aside>
  );
}

function IdFilter({ search, set }: { search: Search; set: (change: Search) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    set({
      request_id: String(form.get("request_id")).trim(),
      content_search: String(form.get("content_search")).trim(),
    });
  };
  return (
    <form className="flex flex-col gap-2" onSubmit={submit} key={`${search.request_id}|${search.content_search}`}>
      <TextField label={w.requestId} name="request_id" defaultValue={search.request_id ?? ""} data-filter />
      <TextField label={w.text} name="content_search" defaultValue={search.content_search ?? ""} />
      <Button type="submit">{w.find}</Button>
    </form>
  );
}

/** How many values are shown before all are asked for. */
const fewValues = 6;

function Facet({
  name,
  search,
  title,
  choices,
  set,
}: {
  name: ListFilter;
  search: Search;
  title: string;
  choices: Choice[];
  set: (change: Search) => void;
}) {
  const [all, setAll] = useState(false);
  const counts = useCounts(search, name);
  const asked = valuesOf(search, name).map((value) => value.replace(/^!/, ""));
  // What is asked for stays to be seen, though no call has it any more.
  const gone = asked
    .filter((value) => !choices.some((c) => c.value === value))
    .map((value) => ({ value, title: value }));
  const shown = [...choices, ...gone].filter((c, i) => all || i < fewValues || asked.includes(c.value));
  if (shown.length === 0) return null;
  return (
    <fieldset>
      <legend className="pb-0.5 text-xs font-medium text-muted">{title}</legend>
      {shown.map(({ value, title: called }) => {
        const is = chosen(search, name, value);
        return (
          <div key={value} className="flex min-h-6 items-center gap-1" data-by={name} data-value={value}>
            <label className="flex min-h-6 min-w-0 flex-1 items-center gap-2">
              <input
                type="checkbox"
                className="size-4 shrink-0 accent-accent-fill"
                checked={is === "in"}
                onChange={() => set(toggled(search, name, value))}
              />
              <span className={`min-w-0 truncate ${is === "out" ? "line-through" : ""}`} title={called}>
                {visible(called)}
              </span>
            </label>
            {counts && <span className="text-xs text-muted tabular-nums">{count(counts.get(value) ?? 0)}</span>}
            <button
              type="button"
              className="size-6 shrink-0 rounded-md text-muted hover:bg-raised aria-pressed:bg-accent-soft aria-pressed:text-accent"
              aria-label={w.without(called)}
              title={w.without(called)}
              aria-pressed={is === "out"}
              onClick={() => set(excluded(search, name, value))}
            >
              −
            </button>
          </div>
        );
      })}
      {choices.length > fewValues && (
        <button type="button" className="min-h-6 text-xs text-accent underline" onClick={() => setAll(!all)}>
          {all ? w.fewer : w.all(choices.length)}
        </button>
      )}
    </fieldset>
  );
}

const texts = ["mark", "worker", "dialect", "session_id", "end_user", "error_code"] as const satisfies SingleFilter[];
const either = ["retried", "shadow"] as const satisfies SingleFilter[];

/** The filters whose values are not listed, and those that calls are or are not. */
function FurtherFilters({ search, set }: { search: Search; set: (change: Search) => void }) {
  const names = [...texts, ...either];
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const pair = String(form.get("metadata"));
    const split = pair.indexOf("=");
    set({
      ...Object.fromEntries(names.map((name) => [name, String(form.get(name)).trim()])),
      ...(split > 0 && withMetadata(pair.slice(0, split).trim(), pair.slice(split + 1).trim())),
    });
  };
  const pairs = metadataOf(search);
  return (
    <details open={pairs.length > 0 || names.some((name) => search[name])}>
      <summary className="min-h-6 text-xs font-medium text-muted">{w.further}</summary>
      {pairs.map(([name, value]) => (
        <Button
          key={name}
          kind="quiet"
          aria-label={w.without(`${name}=${value}`)}
          onClick={() => set(withMetadata(name, ""))}
        >
          {visible(`${name}=${value}`)} ✕
        </Button>
      ))}
      <form
        className="flex flex-col gap-2"
        onSubmit={submit}
        key={[...names.map((name) => search[name]), ...pairs.flat()].join("|")}
      >
        {texts.map((name) => (
          <TextField
            key={name}
            label={w.texts[name]}
            name={name}
            defaultValue={search[name] ?? ""}
            hint={name === "mark" ? w.markHint : undefined}
          />
        ))}
        <TextField label={w.metadata} name="metadata" hint={w.metadataHint} />
        {either.map((name) => (
          <SelectField key={name} label={w.either[name].title} name={name} defaultValue={search[name] ?? ""}>
            <option value="">{w.eitherWay}</option>
            <option value="true">{w.either[name].yes}</option>
            <option value="false">{w.either[name].no}</option>
          </SelectField>
        ))}
        <Button type="submit">{w.find}</Button>
      </form>
    </details>
  );
}
