import { words } from "@/words";

/** A page in the rail. `needs` is the operation without which it is not offered. */
export interface Page {
  path: string;
  title: string;
  /** The letter behind g. */
  key: string;
  needs: string;
}

const t = words.pages;

/** The pages by task, in the order of the rail. */
export const groups: { title: string; pages: Page[] }[] = [
  {
    title: words.groups.watch,
    pages: [
      { path: "/", title: t.overview, key: "o", needs: "get-log-stats" },
      { path: "/calls", title: t.calls, key: "c", needs: "list-logs" },
      { path: "/cluster", title: t.cluster, key: "n", needs: "list-nodes" },
    ],
  },
  {
    title: words.groups.attempt,
    pages: [
      { path: "/start", title: t.start, key: "f", needs: "get-session" },
      { path: "/playground", title: t.playground, key: "t", needs: "get-session" },
      { path: "/prompts", title: t.prompts, key: "e", needs: "list-prompts" },
    ],
  },
  {
    title: words.groups.route,
    pages: [
      { path: "/providers", title: t.providers, key: "p", needs: "list-providers" },
      { path: "/models", title: t.models, key: "m", needs: "list-known-models" },
      { path: "/routing", title: t.routing, key: "r", needs: "list-routing-rules" },
      { path: "/mcp", title: t.mcp, key: "x", needs: "list-mcp-clients" },
      { path: "/plugins", title: t.plugins, key: "i", needs: "list-plugins" },
      { path: "/cache", title: t.cache, key: "h", needs: "show-cache" },
      { path: "/guardrails", title: t.guardrails, key: "d", needs: "list-guardrails" },
    ],
  },
  {
    title: words.groups.govern,
    pages: [
      { path: "/keys", title: t.keys, key: "k", needs: "list-virtual-keys" },
      { path: "/limits", title: t.limits, key: "l", needs: "list-limits" },
      { path: "/alerts", title: t.alerts, key: "w", needs: "list-alerts" },
    ],
  },
  {
    title: words.groups.record,
    pages: [
      { path: "/reports", title: t.reports, key: "b", needs: "get-spend-report" },
      { path: "/versions", title: t.versions, key: "v", needs: "list-versions" },
      { path: "/audit", title: t.audit, key: "a", needs: "list-audit" },
    ],
  },
  {
    title: words.groups.system,
    pages: [
      { path: "/people", title: t.people, key: "u", needs: "list-people" },
      { path: "/settings", title: t.settings, key: "s", needs: "get-config" },
    ],
  },
];

export const pages: Page[] = groups.flatMap((g) => g.pages);
