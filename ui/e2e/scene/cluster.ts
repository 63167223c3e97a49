import type {
  CacheOutputBody,
  KeysOutputBody,
  LimitsOutputBody,
  LimitUsage,
  ListAlertsOutputBody,
  ListAuditOutputBody,
  NodesOutputBody,
  Spend,
  State,
  VersionsOutputBody,
  VirtualKeyObject,
} from "../../src/api/operations";
import { before, chance, now } from "./time";

const revision = 12;

function node(name: string, role: string, n: number): State {
  const serves = role === "edge" || role === "worker";
  return {
    node: name,
    roles: [role],
    version: "v1.0.0",
    started: before(86_400 * 3),
    told: new Date(now).toISOString(),
    clock_offset_seconds: 0.0008,
    counts: role === "edge" ? "redis" : "none",
    config: { revision, serial: 31, applied: before(3_600) },
    load: serves
      ? { calls: 9_210 + n * 37, errors: 106, inflight: 14 + n, overflow: role === "edge" ? 3 : 6 }
      : { calls: 0, errors: 0, inflight: 0, overflow: 0 },
    usage: { lost_records: 0, spooled_bytes: 0, stuck: false },
    virtual_keys: 3,
    providers: serves
      ? [
          { name: "openai", busy: 9 + n, slots: 100, waiting: 0, tries: 6_400, failed: 101, keys: keys(role) },
          { name: "anthropic", busy: 5, slots: 50, waiting: 0, tries: 2_810, failed: 5, keys: [] },
        ]
      : [],
  };
}

function keys(role: string) {
  const b = { name: "team-b", used: 1_710, weight: 1 };
  return [
    { name: "team-a", used: 4_690, weight: 3 },
    role === "edge" ? { ...b, cool_until: new Date(now + 24_000).toISOString(), reason: "rate_limited" } : b,
  ];
}

export const nodes: NodesOutputBody = {
  revision,
  nodes: [
    node("edge-1", "edge", 1),
    node("edge-2", "edge", 2),
    node("worker-1", "worker", 3),
    node("control-1", "control", 4),
  ],
  warnings: [],
};

export const keyShares: KeysOutputBody = {
  keys: [
    { provider: "openai", key: "team-a", target: 0.75, actual: 0.733, used: 9_380, broken: 0, cooling: 0, scarce: 0 },
    { provider: "openai", key: "team-b", target: 0.25, actual: 0.267, used: 3_420, broken: 0, cooling: 2, scarce: 0 },
    { provider: "anthropic", key: "main", target: 1, actual: 1, used: 5_620, broken: 0, cooling: 0, scarce: 0 },
  ],
};

function limit(scope: string, id: string, kind: LimitUsage["kind"], max: number, share: number): LimitUsage {
  const used = Math.round(max * share);
  const held = Math.round(max * 0.02);
  return {
    id: `${scope}:${id}:${kind}`,
    scope,
    owner: id,
    kind,
    max,
    used,
    held,
    unsettled: 0,
    remaining: max - used - held,
    ...(kind === "money" ? { calendar: "month" as const } : { period: "1m" }),
    resets_at: new Date(now + 86_400_000 * 29).toISOString(),
  };
}

const all = [
  limit("vk", "chat", "money", 200e9, 0.91),
  limit("customer", "acme", "money", 2_000e9, 0.64),
  limit("team", "support", "money", 500e9, 0.58),
  limit("vk", "web-app", "money", 400e9, 0.33),
  limit("vk", "nightly", "money", 50e9, 0.47),
  limit("vk", "nightly", "tokens", 1_000_000, 0.21),
  limit("team", "search", "money", 500e9, 0.12),
];

export function limits(ids: string[]): LimitsOutputBody {
  return { limits: ids.length ? all.filter((l) => ids.includes(l.id)) : all };
}

export const virtualKeys: { virtual_keys: VirtualKeyObject[]; total_count: number } = {
  total_count: 3,
  virtual_keys: [
    ["chat", "support", 200],
    ["nightly", "search", 50],
    ["web-app", "search", 400],
  ].map(([name, team, dollars]) => ({
    id: String(name),
    name: String(name),
    team_id: String(team),
    customer_id: "acme",
    is_active: true,
    budget: { max_limit: Number(dollars), reset_duration: "1M" },
    created_at: before(86_400 * 30),
    revision: 1,
  })),
};

const total = {
  bytes: 18_300_000,
  entries: 2_104,
  hits: 6_120,
  misses: 12_301,
  max_bytes: 268_435_456,
  saved_cost: 13.9,
  saved_seconds: 5_480,
  semantic_hits: 0,
  semantic_entries: 0,
  embedding_cost: 0,
};
export const cache: CacheOutputBody = {
  enabled: true,
  hit_rate: 0.332,
  total,
  nodes: { "edge-1": { ...total, hits: 3_100 }, "edge-2": { ...total, hits: 3_020 } },
  namespaces: [],
};

export const versions: VersionsOutputBody = {
  in_force: revision,
  versions: [
    ["A second key of OpenAI, a quarter of its calls", "ada"],
    ["Premium callers get Claude", "grace"],
    ["", "ada"],
  ].map(([message, author], n) => ({
    revision: revision - n,
    parent: revision - n - 1,
    author: author ?? "",
    message: message ?? "",
    digest: "0".repeat(64),
    time: before(3_600 * (n * 20 + 1)),
  })),
};

export const audit: ListAuditOutputBody = {
  entries: ["update-provider", "create-virtual-key", "update-routing-rule", "drain-node", "login"].map(
    (operation, n) => ({
      seq: 40 - n,
      time: before(3_600 * (n + 1)),
      operation,
      object: `/api/${operation}`,
      outcome: n === 3 ? ("refused" as const) : ("done" as const),
      status: n === 3 ? 403 : 200,
      caller: { kind: "person", id: "p", name: n % 2 ? "grace" : "ada" },
      address: "10.0.0.7",
      request_id: `request-${n}`,
      hash: "0".repeat(64),
      previous_hash: "0".repeat(64),
    }),
  ),
};

export const alerts: ListAlertsOutputBody = {
  alerts: [
    {
      id: "a",
      rule: "budget_soft",
      type: "budget_soft",
      severity: "warning",
      subject: "vk:chat:money",
      summary: "The budget of chat is spent to 91 %.",
      state: "firing",
      started_at: before(1_500),
      fired_at: before(1_500),
      notices: 1,
    },
    {
      id: "b",
      rule: "provider_down",
      type: "provider_down",
      severity: "critical",
      subject: "openai",
      summary: "12 % of the calls of openai fail.",
      state: "resolved",
      started_at: before(1_260),
      fired_at: before(1_230),
      resolved_at: before(1_020),
      notices: 2,
    },
  ],
};

const spent = (n: number, share: number) => ({
  total_requests: Math.round(120_000 * share),
  failed_requests: Math.round(1_400 * share * chance(n)),
  cancelled_requests: 0,
  prompt_tokens: Math.round(180e6 * share),
  completion_tokens: Math.round(41e6 * share),
  cached_read_tokens: 0,
  cached_write_tokens: 0,
  reasoning_tokens: 0,
  total_cost: 1_284.5 * share,
  total_cost_nano: Math.round(1_284.5e9 * share),
});

export const spend: Spend = {
  by: ["team"],
  start_time: "2026-10-01T00:00:00Z",
  end_time: "2026-11-01T00:00:00Z",
  time_zone: "UTC",
  rows: [
    { of: { team: "support" }, names: { team: "Support" }, ...spent(1, 0.62) },
    { of: { team: "search" }, names: { team: "Search" }, ...spent(2, 0.38) },
  ],
  total: spent(3, 1),
};
