import type { ApiError } from "@/api/error";
import { listCustomers, listTeams, type VirtualKeyObject } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { faultAt } from "@/parts/faults";
import { SelectField, TextField } from "@/parts/field";
import { words } from "@/words";

const w = words.keysPage;

/** The part of a virtual key that the forms edit, as text. */
export interface Draft {
  name: string;
  active: boolean;
  budget: string;
  budgetPeriod: string;
  requests: string;
  requestPeriod: string;
  tokens: string;
  tokenPeriod: string;
  providers: string;
  team: string;
  customer: string;
  expires: string;
}

export function draftOf(key: VirtualKeyObject): Draft {
  const text = (n: number | null | undefined) => (n === null || n === undefined ? "" : String(n));
  return {
    name: key.name ?? "",
    active: key.is_active !== false,
    budget: text(key.budget?.max_limit),
    budgetPeriod: key.budget?.reset_duration ?? "1M",
    requests: text(key.rate_limit?.request_max_limit),
    requestPeriod: key.rate_limit?.request_reset_duration ?? "1m",
    tokens: text(key.rate_limit?.token_max_limit),
    tokenPeriod: key.rate_limit?.token_reset_duration ?? "1m",
    providers: (key.provider_configs ?? []).map((p) => (p as { provider?: string })?.provider ?? "").join(", "),
    team: key.team_id ?? "",
    customer: key.customer_id ?? "",
    expires: key.expires_at?.slice(0, 10) ?? "",
  };
}

function limit(max: string, period: string, name: string): Record<string, unknown> {
  return max === "" ? {} : { [`${name}_max_limit`]: Number(max), [`${name}_reset_duration`]: period };
}

/**
 * What is sent for a draft: of a key that there is, only what differs from it, so that what
 * the form does not show stays as it is. Null removes.
 */
export function bodyOf(draft: Draft, of?: VirtualKeyObject): VirtualKeyObject {
  const rate = {
    ...limit(draft.requests, draft.requestPeriod, "request"),
    ...limit(draft.tokens, draft.tokenPeriod, "token"),
  };
  const names = draft.providers
    .split(",")
    .map((p) => p.trim())
    .filter(Boolean);
  const known = (of?.provider_configs ?? []) as { provider?: string }[];
  const all = {
    name: draft.name.trim(),
    is_active: draft.active,
    budget: draft.budget === "" ? null : { max_limit: Number(draft.budget), reset_duration: draft.budgetPeriod },
    rate_limit: Object.keys(rate).length === 0 ? null : rate,
    provider_configs:
      names.length === 0 ? null : names.map((provider) => known.find((k) => k.provider === provider) ?? { provider }),
    team_id: draft.team || null,
    customer_id: draft.customer || null,
    expires_at: draft.expires ? `${draft.expires}T00:00:00Z` : null,
  };
  const groups: Record<keyof typeof all, (keyof Draft)[]> = {
    name: ["name"],
    is_active: ["active"],
    budget: ["budget", "budgetPeriod"],
    rate_limit: ["requests", "requestPeriod", "tokens", "tokenPeriod"],
    provider_configs: ["providers"],
    team_id: ["team"],
    customer_id: ["customer"],
    expires_at: ["expires"],
  };
  const before = of && draftOf(of);
  const changed = Object.entries(all).filter(([name, value]) =>
    before ? groups[name as keyof typeof all].some((f) => before[f] !== draft[f]) : value !== null,
  );
  return Object.fromEntries(changed) as VirtualKeyObject;
}

const periods = ["1m", "1h", "1d", "1w", "1M"];

interface Props {
  draft: Draft;
  onChange: (draft: Draft) => void;
  error: ApiError | null;
}

export function KeyFields({ draft, onChange, error }: Props) {
  const teams = useAnswer(listTeams, { query: { limit: 1_000, fields: "id,name" } });
  const customers = useAnswer(listCustomers, { query: { limit: 1_000, fields: "id,name" } });
  const set = (change: Partial<Draft>) => onChange({ ...draft, ...change });
  const limited = (
    label: string,
    max: "budget" | "requests" | "tokens",
    period: "budgetPeriod" | "requestPeriod" | "tokenPeriod",
    field: string,
  ) => (
    <div className="grid grid-cols-[1fr_7rem] gap-2">
      <TextField
        label={label}
        type="number"
        min={0}
        step="any"
        value={draft[max]}
        placeholder={w.unlimited}
        onChange={(e) => set({ [max]: e.target.value })}
        fault={faultAt(error, field)}
      />
      <SelectField label={w.every} value={draft[period]} onChange={(e) => set({ [period]: e.target.value })}>
        {[...new Set([...periods, draft[period]])].map((p) => (
          <option key={p} value={p}>
            {w.periods[p as keyof typeof w.periods] ?? p}
          </option>
        ))}
      </SelectField>
    </div>
  );
  const owner = (
    label: string,
    field: "team" | "customer",
    all: { id?: string | null; name?: string | null }[] | undefined,
  ) => (
    <SelectField
      label={label}
      value={draft[field]}
      onChange={(e) => set({ [field]: e.target.value })}
      fault={faultAt(error, `${field}_id`)}
    >
      <option value="">{w.nobody}</option>
      {(all ?? []).map((o) => (
        <option key={o.id} value={o.id ?? ""}>
          {o.name ?? o.id}
        </option>
      ))}
    </SelectField>
  );
  return (
    <>
      <TextField
        label={w.name}
        required
        value={draft.name}
        onChange={(e) => set({ name: e.target.value })}
        fault={faultAt(error, "name")}
      />
      <label className="flex min-h-6 items-center gap-2">
        <input
          type="checkbox"
          className="size-4 accent-accent-fill"
          checked={draft.active}
          onChange={(e) => set({ active: e.target.checked })}
        />
        {w.active}
      </label>
      {limited(w.budgetDollars, "budget", "budgetPeriod", "max_limit")}
      {limited(w.requests, "requests", "requestPeriod", "request_max_limit")}
      {limited(w.tokens, "tokens", "tokenPeriod", "token_max_limit")}
      <TextField
        label={w.providers}
        hint={w.providersHint}
        value={draft.providers}
        onChange={(e) => set({ providers: e.target.value })}
        fault={faultAt(error, "provider_configs")}
      />
      {owner(w.team, "team", teams.data?.teams)}
      {owner(w.customer, "customer", customers.data?.customers)}
      <TextField
        label={w.expires}
        type="date"
        value={draft.expires}
        onChange={(e) => set({ expires: e.target.value })}
        fault={faultAt(error, "expires_at")}
      />
    </>
  );
}
