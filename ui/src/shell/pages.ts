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
    ],
  },
  {
    title: words.groups.attempt,
    pages: [{ path: "/start", title: t.start, key: "f", needs: "get-session" }],
  },
];

export const pages: Page[] = groups.flatMap((g) => g.pages);
