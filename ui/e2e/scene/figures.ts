import type {
  GuardrailStatsOutputBody,
  HistogramOutputCostBucketBody,
  HistogramOutputCountBucketBody,
  HistogramOutputLatencyBucketBody,
  HistogramOutputTokenBucketBody,
  OverflowOutputBody,
  RefusalsOutputBody,
  RoutingHitsOutputBody,
  SecretKeysOutputBody,
} from "../../src/api/operations";
import { nodes } from "./cluster";
import { before, chance } from "./time";

export const found: GuardrailStatsOutputBody = {
  total_requests: 341,
  refused_requests: 0,
  stats: [
    { guardrail: "personal-data", check: "pii", action: "redact", calls: 318 },
    { guardrail: "attacks", check: "injection", action: "note", calls: 23 },
  ],
};

export const overflow: OverflowOutputBody = {
  overflow: 6,
  slots: (nodes.nodes ?? []).flatMap((n) =>
    (n.providers ?? []).map((p) => ({
      node: n.node,
      provider: p.name,
      busy: p.busy,
      waiting: p.waiting,
      slots: p.slots,
    })),
  ),
};

export const secretKeys: SecretKeysOutputBody = {
  state: "none",
  sealed_with_others: 0,
  keys: [{ fingerprint: "5b1f0c9a77de", used_by: 4, accepted_by: 4 }],
  nodes: (nodes.nodes ?? []).map((n) => ({ node: n.node, roles: n.roles, keys: ["5b1f0c9a77de"] })),
};

/** Thirty days in halves, with fewer calls at weekends. */
const half = 43_200;
function month<B>(bucket: (timestamp: string, n: number) => B): { buckets: B[]; bucket_size_seconds: number } {
  return {
    bucket_size_seconds: half,
    buckets: Array.from({ length: 60 }, (_, n) => bucket(before((60 - n) * half), n)),
  };
}

/** How many calls of a kind there were in a half day. */
function calls(n: number, usual: number, of: number): number {
  const weekend = Math.floor(n / 2) % 7 > 4;
  return Math.round(usual * (weekend ? 0.35 : 1) * (0.85 + 0.3 * chance(n, of)));
}

const openai = (n: number) => calls(n, 6_400, 11);
const anthropic = (n: number) => calls(n, 2_700, 12);

export const costsByProvider: HistogramOutputCostBucketBody = month((timestamp, n) => {
  const by_provider = { openai: openai(n) * 0.0014, anthropic: anthropic(n) * 0.0046 };
  return { timestamp, total_cost: by_provider.openai + by_provider.anthropic, by_provider };
});

function tokens(n: number) {
  const prompt_tokens = n * 1_480;
  const completion_tokens = n * 320;
  return {
    prompt_tokens,
    completion_tokens,
    cached_read_tokens: n * 220,
    total_tokens: prompt_tokens + completion_tokens,
  };
}

export const tokensByProvider: HistogramOutputTokenBucketBody = month((timestamp, n) => ({
  timestamp,
  ...tokens(openai(n) + anthropic(n)),
  by_provider: { openai: tokens(openai(n)), anthropic: tokens(anthropic(n)) },
}));

function latency(n: number, usual: number, of: number, total_requests: number) {
  const avg_latency = usual * (0.9 + 0.2 * chance(n, of));
  return {
    total_requests,
    avg_latency,
    p90_latency: avg_latency * 2.1,
    p95_latency: avg_latency * 2.8,
    p99_latency: avg_latency * 4.4,
  };
}

export const latenciesByProvider: HistogramOutputLatencyBucketBody = month((timestamp, n) => ({
  timestamp,
  ...latency(n, 913, 13, openai(n) + anthropic(n)),
  by_provider: { openai: latency(n, 780, 14, openai(n)), anthropic: latency(n, 1_240, 15, anthropic(n)) },
}));

export const countsByModel: HistogramOutputCountBucketBody = month((timestamp, n) => {
  const group = (total: number) => ({ total, success: total, error: 0, cancelled: 0 });
  const small = Math.round(openai(n) * 0.7);
  return {
    timestamp,
    count: openai(n) + anthropic(n),
    success: openai(n) + anthropic(n),
    error: 0,
    cancelled: 0,
    by_model: {
      "gpt-5-mini": group(small),
      "gpt-5": group(openai(n) - small),
      "claude-sonnet-4-6": group(anthropic(n)),
    },
  };
});

/** Who has answered the calls of the last hour, by the rule that decided. */
export const hits: RoutingHitsOutputBody = {
  since: before(3_600),
  until: before(0),
  total_requests: 1_840,
  rules: (
    [
      ["", [["openai", "gpt-5-mini", 1_204]]],
      [
        "premium",
        [
          ["anthropic", "claude-sonnet-4-6", 402],
          ["openai", "gpt-5", 98],
        ],
      ],
      ["nightly", [["openai", "gpt-5-mini", 136]]],
    ] as [string, [string, string, number][]][]
  ).map(([id, to]) => ({
    id,
    total_requests: to.reduce((sum, [, , n]) => sum + n, 0),
    failed_requests: id === "premium" ? 3 : 0,
    to: to.map(([provider, model, total_requests]) => ({ provider, model, total_requests })),
  })),
};

const refusing: [id: string, owner: string, kind: "money" | "tokens" | "requests", most: number][] = [
  ["chat-month", "chat", "money", 14],
  ["nightly-tokens", "nightly", "tokens", 60],
  ["search-calls", "search", "requests", 6],
];

/** What limits have refused in the last hour. */
export const refusals: RefusalsOutputBody = {
  bucket_size_seconds: 120,
  buckets: Array.from({ length: 30 }, (_, n) => before((30 - n) * 120)),
  complete: true,
  limits: refusing
    .map(([id, owner, kind, most], of) => {
      const counts = Array.from({ length: 30 }, (_, n) =>
        Math.floor(most * Math.max(chance(n, of + 1) * 1.6 - 0.6, 0)),
      );
      const calls = counts.reduce((sum, n) => sum + n, 0);
      return { id, owner, kind, scope: owner === "search" ? "team" : "vk", mark: `limit:refused=${id}`, calls, counts };
    })
    .sort((a, b) => b.calls - a.calls),
};
