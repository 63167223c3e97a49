import type {
  ListPeopleOutputBody,
  MCPClientObject,
  MCPNode,
  MCPTool,
  PluginObject,
  PluginStatus,
  PromptSessionsOutputBody,
  PromptsOutputBody,
  PromptVersion,
  PromptVersionsOutputBody,
  SilencesOutputBody,
  Token,
  TokensOutputBody,
} from "../../src/api/operations";
import { before, now } from "./time";

const revision = 12;
const digest = "0".repeat(64);

function tool(server: string, original: string, description: string, state: MCPTool["state"] = "offered"): MCPTool {
  return { name: `${server}-${original}`, original, description, state, auto_execute: false, hash: digest };
}

function onEach(state: MCPNode["state"], offered: number, tools: number, error?: string): MCPNode[] {
  return ["edge-1", "edge-2"].map((node, i) => ({
    node,
    // The second node has what is wrong with a server, if anything is.
    state: i ? state : "connected",
    offered: i && state !== "connected" ? 0 : offered,
    tools,
    since: before(i && state !== "connected" ? 90 : 86_000),
    last_seen: before(4),
    ...(i && error && { error }),
  }));
}

const servers: MCPClientObject[] = [
  {
    id: "files",
    name: "files",
    connection_type: "http",
    connection_string: "https://files.example.com/mcp",
    tools_to_execute: ["*"],
    state: "connected",
    nodes: onEach("connected", 2, 2),
    tools: [
      tool("files", "read", "Reads a file of the workspace."),
      tool("files", "search", "Finds files in which a text stands."),
    ],
  },
  {
    id: "tickets",
    name: "tickets",
    connection_type: "sse",
    connection_string: "https://tickets.example.com/sse",
    tools_to_execute: ["*"],
    state: "connected",
    nodes: onEach("disconnected", 1, 2, "connect: connection refused"),
    tools: [
      tool("tickets", "open", "Opens a ticket.", "changed"),
      tool("tickets", "list", "Lists the tickets of a customer."),
    ],
  },
];

export const mcpServers = { clients: servers, count: servers.length, revision, total_count: servers.length };

function status(calls: number, errors: number, p99_ms: number): PluginStatus {
  return {
    calls,
    errors,
    p99_ms,
    status: errors > 100 ? "failing" : "active",
    nodes: ["edge-1", "edge-2"].map((node) => ({
      node,
      calls: calls / 2,
      errors: errors / 2,
      p99_ms,
      status: errors > 100 ? ("failing" as const) : ("active" as const),
      ...(errors > 100 && { last_error: "the program has not answered within 50 ms", last_error_at: before(20) }),
    })),
  };
}

const installed: (PluginObject & { status: PluginStatus })[] = [
  { name: "redact-names", kind: "wasm", placement: "pre_builtin", order: 1, status: status(18_402, 0, 0.25) },
  { name: "language", kind: "go", rollout_percent: 10, status: status(1_842, 0, 0.004) },
  { name: "tenant-lookup", kind: "http", on_error: "deny", order: 2, status: status(18_402, 312, 64) },
];
export const plugins = { plugins: installed, count: installed.length, revision, total_count: installed.length };

export const prompts: PromptsOutputBody = {
  total: 2,
  prompts: [
    ["support-answer", 3, { live: 2, staging: 3 }],
    ["summary", 1, { live: 1 }],
  ].map(([name, latest, labels]) => ({
    id: String(name),
    name: String(name),
    latest: Number(latest),
    made: Number(latest),
    labels: labels as Record<string, number>,
    created_at: before(86_400 * 40),
    updated_at: before(3_600),
  })),
};

const said = [
  "You answer customers of {{shop}}.",
  "You answer customers of {{shop}} in their language.",
  "You answer customers of {{shop}} in their language, in three sentences at most.",
];

export const promptVersions: PromptVersionsOutputBody = {
  versions: said
    .map(
      (content, i): PromptVersion => ({
        id: `v${i + 1}`,
        prompt_id: "support-answer",
        version_number: i + 1,
        is_latest: i === said.length - 1,
        labels: i === 0 ? [] : [i === 1 ? "live" : "staging"],
        commit_message: ["The first", "In the customer's language", "Shorter"][i] ?? "",
        created_by: i % 2 ? "grace" : "ada",
        created_at: before(86_400 * (said.length - i)),
        model: "gpt-5-mini",
        model_params: { temperature: i === 2 ? 0.2 : 0.7 },
        messages: [{ role: "system", content }],
      }),
    )
    .reverse(),
};

export const drafts: PromptSessionsOutputBody = {
  sessions: [
    {
      id: "d1",
      prompt_id: "support-answer",
      name: "friendlier",
      version_id: "v3",
      model: "gpt-5-mini",
      messages: [{ role: "system", content: "You answer customers of {{shop}} in their language, kindly." }],
      created_at: before(7_200),
      updated_at: before(1_800),
    },
  ],
};

export const people: ListPeopleOutputBody = {
  users: (
    [
      ["ada", "admin", null, undefined],
      ["grace", "operator", ["search"], undefined],
      ["linus", "viewer", ["support"], "https://id.example.com"],
    ] as const
  ).map(([username, role, teams, issuer], i) => ({
    id: username,
    username,
    role,
    teams: teams && [...teams],
    is_disabled: i === 2,
    has_password: !issuer,
    ...(issuer && { issuer }),
    last_sign_in_at: before(3_600 * (i * 30 + 1)),
    created_at: before(86_400 * 90),
    updated_at: before(86_400 * 9),
    revision: 1,
  })),
};

const token = (name: string, role: Token["role"], used: number): Token => ({
  id: name,
  name,
  role,
  value: "…f3a9",
  created_by: "ada",
  created_at: before(86_400 * 30),
  used_at: before(used),
  expires_at: new Date(now + 86_400_000 * 60).toISOString(),
});
export const tokens: TokensOutputBody = {
  tokens: [token("deployments", "operator", 600), token("dashboard", "viewer", 30)],
};

export const silences: SilencesOutputBody = {
  silences: [
    {
      id: "s",
      rule: "provider_down",
      subject: "openai",
      reason: "They have told of it.",
      by: "grace",
      until: new Date(now + 3_600_000).toISOString(),
    },
  ],
};
