import type { FormEvent } from "react";
import { getMcpLogFilterdata } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { visible } from "@/lib/format";
import { rangeOf, rangeQuery } from "@/lib/range";
import { Button } from "@/parts/button";
import { SelectField, TextField } from "@/parts/field";
import type { Search } from "@/shell/search";
import { words } from "@/words";

const w = words.mcp.calls;

/** What the URL filters by, and what the API calls it. */
export const filters = {
  server: "server_labels",
  tool: "tool_names",
  status: "status",
  key: "virtual_key_ids",
  text: "content_search",
} as const;

export type FilterName = keyof typeof filters;

export const names = Object.keys(filters) as FilterName[];

/** What the URL asks of the admin API. */
export function queryOf(search: Search) {
  const given = names.filter((name) => search[name]);
  return {
    ...rangeQuery(rangeOf(search)),
    ...Object.fromEntries(
      given.map((name) => [filters[name], name === "text" ? search[name] : [search[name] as string]]),
    ),
  };
}

interface Props {
  search: Search;
  set: (change: Search) => void;
}

/** The values that calls of tools have, to choose one of each. */
export function Filters({ search, set }: Props) {
  const { start_time } = rangeQuery(rangeOf(search));
  const data = useAnswer(getMcpLogFilterdata, { query: { start_time } }, { every: 60_000 }).data;
  const plain = (list: string[] | null | undefined) => (list ?? []).map((value) => ({ value, title: value }));
  const choices: [FilterName, string, { value: string; title: string }[]][] = [
    ["server", w.server, plain(data?.server_labels)],
    ["tool", w.tool, plain(data?.tool_names)],
    ["key", w.key, (data?.virtual_keys ?? []).map(({ id, name }) => ({ value: id, title: name || id }))],
    ["status", w.status, Object.entries(words.calls.outcome).map(([value, title]) => ({ value, title }))],
  ];
  const find = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    set({ text: String(new FormData(event.currentTarget).get("text") ?? "").trim(), open: "" });
  };
  return (
    <div className="flex flex-wrap items-end gap-2">
      {choices.map(([name, label, values]) => {
        const asked = search[name] ?? "";
        // What is asked for stays to be seen, though no call has it any more.
        const gone = asked && !values.some((v) => v.value === asked) ? [{ value: asked, title: asked }] : [];
        return (
          <SelectField
            key={name}
            label={label}
            value={asked}
            onChange={(e) => set({ [name]: e.target.value, open: "" })}
          >
            <option value="">{w.any}</option>
            {[...values, ...gone].map(({ value, title }) => (
              <option key={value} value={value}>
                {visible(title)}
              </option>
            ))}
          </SelectField>
        );
      })}
      <form className="flex items-end gap-2" onSubmit={find} key={search.text ?? ""}>
        <TextField label={w.text} name="text" defaultValue={search.text ?? ""} data-filter />
        <Button type="submit">{w.find}</Button>
      </form>
    </div>
  );
}
