import type {
  CostBucket,
  CountBucket,
  FilterDataOutputBody,
  HistogramOutputCostBucketBody,
  HistogramOutputCountBucketBody,
  HistogramOutputLatencyBucketBody,
  LatencyBucket,
  ListLogsOutputBody,
  LogRow,
  LogStats,
  RankingsOutputBody,
} from "../../src/api/operations";
import { before, chance } from "./time";

const models: [model: string, provider: string, key: string][] = [
  ["gpt-5-mini", "openai", "team-a"],
  ["gpt-5-mini", "openai", "team-b"],
  ["gpt-5", "openai", "team-a"],
  ["claude-sonnet-4-6", "anthropic", "main"],
];
const callers: [key: string, team: string][] = [
  ["web-app", "search"],
  ["chat", "support"],
  ["nightly", "search"],
];

/** The n-th call, counted back from now. Each thirteenth has failed. */
export function row(n: number): LogRow {
  const [model, provider, key] = models[Math.floor(chance(n) * models.length)] as (typeof models)[number];
  const [caller, team] = callers[Math.floor(chance(n, 1) * callers.length)] as (typeof callers)[number];
  const failed = n % 13 === 4;
  const latency = Math.round(400 + chance(n, 2) ** 3 * 4_000);
  const prompt = Math.round(200 + chance(n, 3) * 3_000);
  const completion = Math.round(20 + chance(n, 4) * 600);
  const cost_nano = failed ? 0 : Math.round(prompt * 250 + completion * 2_000);
  const id = `call-${String(1_000 - n)}`;
  return {
    id,
    request_id: `request-${String(1_000 - n)}`,
    timestamp: before(n * 3.7 + 1),
    object: "chat.completion",
    operation: "chat",
    dialect: "openai",
    model,
    provider,
    node: n % 2 ? "edge-1" : "edge-2",
    selected_key_id: key,
    selected_key_name: key,
    virtual_key_id: caller,
    virtual_key_name: caller,
    team_id: team,
    customer_id: "acme",
    routing_engines_used: null,
    status: failed ? "error" : "success",
    status_code: failed ? 429 : 200,
    stream: n % 3 !== 0,
    shadow: false,
    truncated: false,
    possibly_billed: false,
    fallback_index: 0,
    number_of_retries: failed || n === 2 ? 1 : 0,
    latency,
    times: {
      gateway_ms: 0.21,
      queue_ms: n === 2 ? 120 : 0,
      provider_ms: latency - 1,
      ...(!failed && { first_token_ms: Math.round(latency / 3) }),
    },
    cost: cost_nano / 1e9,
    cost_nano,
    ...(failed
      ? { error_details: { code: "rate_limited", type: "rate_limit_error", message: "All keys of openai rest." } }
      : {
          token_usage: {
            prompt_tokens: prompt,
            completion_tokens: completion,
            total_tokens: prompt + completion,
            cached_read_tokens: 0,
            cached_write_tokens: 0,
            reasoning_tokens: 0,
            estimated: false,
          },
        }),
  };
}

/** A call that was tried twice, with what was said in it. */
function told(): LogRow {
  const whole = row(2);
  const request = {
    model: `${whole.provider}/${whole.model}`,
    messages: [
      { role: "system", content: "You answer briefly." },
      { role: "user", content: "Which bridge leads from Midgard to Asgard?" },
    ],
  };
  const response = { choices: [{ message: { role: "assistant", content: "Asbrú, the rainbow bridge." } }] };
  const body = (value: unknown) => {
    const text = JSON.stringify(value);
    return { text, bytes: text.length, assembled: false, truncated: false };
  };
  return {
    ...whole,
    attempts: [
      {
        provider: whole.provider,
        model: whole.model,
        key_name: "team-b",
        started_ms: 120,
        took_ms: whole.latency * 0.2,
        status_code: 429,
        error_code: "rate_limited",
        error_type: "rate_limit_error",
      },
      {
        provider: whole.provider,
        model: whole.model,
        key_name: whole.selected_key_name,
        started_ms: 130 + whole.latency * 0.2,
        took_ms: whole.latency * 0.8 - 140,
        status_code: 200,
      },
    ],
    content: { request: body(request), response: body(response) },
  };
}

export const oneCall = told();

const stats: LogStats = {
  total_requests: 18_421,
  failed_requests: 212,
  cancelled_requests: 31,
  success_rate: 98.7,
  user_facing_total_requests: 18_421,
  user_facing_success_rate: 98.7,
  average_latency: 913,
  average_first_token: 304,
  latency: { avg_latency: 913, p90_latency: 1_904, p95_latency: 2_630, p99_latency: 4_120, total_requests: 18_421 },
  prompt_tokens: 27_400_000,
  completion_tokens: 5_830_000,
  cached_read_tokens: 4_100_000,
  total_tokens: 33_230_000,
  total_cost: 41.72,
  total_cost_nano: 41_720_000_000,
};
export const logStats = stats;

export const calls: ListLogsOutputBody = {
  has_logs: true,
  logs: Array.from({ length: 60 }, (_, n) => row(n)),
  pagination: {
    limit: 200,
    offset: 0,
    order: "desc",
    sort_by: "timestamp",
    total_count: stats.total_requests,
    next_cursor: "call-940",
  },
  stats,
};

const columns = 60;
function course<B>(bucket: (n: number, timestamp: string) => B): { buckets: B[]; bucket_size_seconds: number } {
  return {
    bucket_size_seconds: 60,
    buckets: Array.from({ length: columns }, (_, n) => bucket(n, before((columns - n) * 60))),
  };
}

/** How many calls a minute: a wave, with a fault a while ago. */
function many(n: number): { success: number; error: number; cancelled: number } {
  const all = Math.round(300 + 90 * Math.sin(n / 7) + 40 * chance(n, 5));
  const error = n > 38 && n < 43 ? 46 : Math.round(2 * chance(n, 6));
  return { success: all - error, error, cancelled: n % 9 === 0 ? 2 : 0 };
}

export const counts: HistogramOutputCountBucketBody = {
  ...course<CountBucket>((n, timestamp) => {
    const of = many(n);
    const share = (part: number, errors: number) => ({
      success: Math.round(of.success * part),
      error: errors,
      cancelled: 0,
      total: Math.round(of.success * part) + errors,
    });
    const by = { openai: share(0.7, of.error), anthropic: share(0.3, 0) };
    return { timestamp, count: of.success + of.error, ...of, by_dimension: by, by_provider: by };
  }),
  dimension: "provider",
  dimension_values: ["openai", "anthropic"],
  providers: ["openai", "anthropic"],
};

/** How many calls each value has that calls are told apart by. */
const parts: Record<string, Record<string, number>> = {
  provider: { openai: 12_940, anthropic: 5_462 },
  model: { "gpt-5-mini": 9_120, "gpt-5": 3_820, "claude-sonnet-4-6": 5_462 },
  key: { "team-a": 9_480, "team-b": 3_460, main: 5_462 },
  virtual_key: { "web-app": 8_204, chat: 6_021, nightly: 4_177 },
  team: { search: 12_381, support: 6_021 },
  customer: { acme: 18_402 },
  node: { "edge-1": 9_300, "edge-2": 9_102 },
  status: { "200": 18_163, "429": 239 },
};

/** The same as one sum by value. */
export function countsBy(dimension: string): HistogramOutputCountBucketBody {
  const of = Object.entries(parts[dimension] ?? {});
  const bucket = { timestamp: before(86_400), count: 18_402, success: 18_163, error: 239, cancelled: 0 };
  const group = (total: number) => ({ total, success: total, error: 0, cancelled: 0 });
  return {
    bucket_size_seconds: 31_536_000,
    buckets: [{ ...bucket, by_dimension: Object.fromEntries(of.map(([value, n]) => [value, group(n)])) }],
  };
}

const named = (dimension: string) => Object.keys(parts[dimension] ?? {}).map((id) => ({ id, name: id }));

export const filterData: FilterDataOutputBody = {
  providers: Object.keys(parts.provider ?? {}),
  models: Object.keys(parts.model ?? {}),
  selected_keys: named("key"),
  virtual_keys: named("virtual_key"),
  teams: named("team"),
  customers: named("customer"),
  nodes: Object.keys(parts.node ?? {}),
  status_codes: Object.keys(parts.status ?? {}),
  objects: null,
  routing_engines: null,
  routing_rules: null,
  users: null,
};

export const latencies: HistogramOutputLatencyBucketBody = course<LatencyBucket>((n, timestamp) => ({
  timestamp,
  total_requests: many(n).success,
  avg_latency: 850 + 120 * chance(n, 7),
  p90_latency: 1_800 + 200 * chance(n, 8),
  p95_latency: 2_500 + 250 * chance(n, 9),
  p99_latency: 3_900 + 500 * chance(n, 10),
}));

export const costs: HistogramOutputCostBucketBody = course<CostBucket>((n, timestamp) => ({
  timestamp,
  total_cost: many(n).success * 0.00226,
}));

export const rankings: RankingsOutputBody = {
  dimension: "model",
  rankings: [
    ["gpt-5-mini", "openai", 9_870, 12.3, 0.12],
    ["claude-sonnet-4-6", "anthropic", 5_210, 24.1, 0.41],
    ["gpt-5", "openai", 3_341, 5.32, -0.2],
  ].map(([model, provider, requests, cost, trend]) => ({
    id: String(model),
    model: String(model),
    provider: String(provider),
    total_requests: Number(requests),
    success_count: Math.round(Number(requests) * 0.987),
    success_rate: 98.7,
    avg_latency: 913,
    total_tokens: Number(requests) * 1_800,
    total_cost: Number(cost),
    trend: {
      has_previous_period: true,
      requests_trend: Number(trend) * 100,
      cost_trend: Number(trend) * 100,
      latency_trend: -3,
      tokens_trend: Number(trend) * 100,
    },
  })),
};
