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
    pages: [{ path: "/start", title: t.start, key: "f", needs: "get-session" }],
  },
  {
    title: words.groups.route,
    pages: [{ path: "/providers", title: t.providers, key: "p", needs: "list-providers" }],
  },
  {
    title: words.groups.govern,
    pages: [{ path: "/keys", title: t.keys, key: "k", needs: "list-virtual-keys" }],
  },
  {
    title: words.groups.record,
    pages: [
      { path: "/versions", title: t.versions, key: "v", needs: "list-versions" },
      { path: "/audit", title: t.audit, key: "a", needs: "list-audit" },
    ],
  },
];

export const pages: Page[] = groups.flatMap((g) => g.pages);
