import type { Page, Route } from "playwright-core";
import type { Operation } from "../../src/api/operation";
import * as api from "../../src/api/operations";
import { calls, costs, counts, countsBy, filterData, latencies, logStats, oneCall, rankings } from "./calls";
import { alerts, audit, cache, keyShares, limits, nodes, spend, versions, virtualKeys } from "./cluster";
import {
  costsByProvider,
  countsByModel,
  found,
  hits,
  latenciesByProvider,
  overflow,
  refusals,
  secretKeys,
  tokensByProvider,
} from "./figures";
import { drafts, mcpServers, people, plugins, prompts, promptVersions, silences, tokens } from "./objects";
import { now } from "./time";

interface Answer {
  method: string;
  path: RegExp;
  to: (query: URLSearchParams) => unknown;
}

/** What an operation answers in pictures. Its type is that of the API: what is no such answer does not compile. */
function answer<Asked, A>(op: Operation<Asked, A>, to: (query: URLSearchParams) => A): Answer {
  return { method: op.method, path: new RegExp(`^${op.path.replace(/\{\w+\}/g, "[^/]+")}$`), to };
}

const answers = [
  answer(api.listLogs, () => calls),
  answer(api.getLogStats, () => logStats),
  answer(api.getLogHistogram, (query) =>
    query.get("bucket_seconds") === "31536000" ? countsBy(query.get("by") ?? "") : counts,
  ),
  answer(api.getLogFilterdata, () => filterData),
  answer(api.getLogHistogramLatency, () => latencies),
  answer(api.getLogHistogramCost, () => costs),
  answer(api.getLogRankings, () => rankings),
  answer(api.listNodes, () => nodes),
  answer(api.listKeyShares, () => keyShares),
  answer(api.listLimits, (query) => limits((query.get("id") ?? "").split(",").filter(Boolean))),
  answer(api.showCache, () => cache),
  answer(api.listVersions, () => versions),
  answer(api.listVirtualKeys, () => virtualKeys),
  answer(api.listAudit, () => audit),
  answer(api.listAlerts, () => alerts),
  answer(api.listSilences, () => silences),
  answer(api.listMcpClients, () => mcpServers),
  answer(api.listPlugins, () => plugins),
  answer(api.listPrompts, () => prompts),
  answer(api.listPromptVersions, () => promptVersions),
  answer(api.listPromptSessions, () => drafts),
  answer(api.listPeople, () => people),
  answer(api.listTokens, () => tokens),
  answer(api.getSpendReport, () => spend),
  answer(api.guardrailStats, () => found),
  answer(api.getRoutingHits, () => hits),
  answer(api.listLimitRefusals, () => refusals),
  answer(api.showOverflow, () => overflow),
  answer(api.showSecretKeys, () => secretKeys),
  answer(api.listJobs, () => ({ jobs: [] })),
  answer(api.getLogHistogramCostByProvider, () => costsByProvider),
  answer(api.getLogHistogramTokensByProvider, () => tokensByProvider),
  answer(api.getLogHistogramTokens, () => tokensByProvider),
  answer(api.getLogHistogramLatencyByProvider, () => latenciesByProvider),
  answer(api.getLogHistogramModels, () => countsByModel),
  answer(api.getDroppedLogs, () => ({ dropped_requests: 0, nodes: [] })),
  answer(api.getLog, () => oneCall), // its path has those above in it
];

/** Times, digests and places in what the program itself answers are of this run; a picture shows none of them. */
function settled(text: string): string {
  return text
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)"/g, '"2026-11-01T09:00:00Z"')
    .replace(/\b[0-9a-f]{32,}\b/g, "0".repeat(32))
    .replace(/"[^"]*\/asbru-ui-\w+\//g, '"/etc/asbru/')
    .replace(/http:\/\/127\.0\.0\.1:\d{4,5}/g, "http://127.0.0.1:8080");
}

/**
 * Has a page see what it always sees: what moves is told by the scene, the rest by the program, which
 * runs with the scene's configuration.
 */
export async function stage(page: Page): Promise<void> {
  await page.clock.setFixedTime(now);
  await page.route(/\/(api|v1)\//, async (route: Route) => {
    const request = route.request();
    const url = new URL(request.url());
    const known = answers.find((a) => a.method === request.method() && a.path.test(url.pathname));
    if (known) return route.fulfill({ json: known.to(url.searchParams) });
    const response = await route.fetch();
    const type = response.headers()["content-type"] ?? "";
    if (!type.includes("json")) return route.fulfill({ response });
    return route.fulfill({ response, body: settled(await response.text()) });
  });
}
