import { listProviders, listRoutingRules, listTeams, listVirtualKeys } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { words } from "@/words";
import { useSession } from "./session";

/** Something that has a place of its own. */
export interface Found {
  title: string;
  hint: string;
  to: string;
  search: Record<string, string>;
}

/** How many letters are needed, and how many of a kind are shown. */
const fewest = 2;
const most = 8;

/** The objects that have a text in their names, of those that one may look at. */
export function useObjects(sought: string): Found[] {
  const { may } = useSession();
  const asks = sought.length >= fewest;
  const on = (op: { id: string }) => ({ enabled: asks && may(op.id) });
  const all = { query: { limit: 1_000 } };
  const providers = useAnswer(listProviders, all, on(listProviders));
  const rules = useAnswer(listRoutingRules, all, on(listRoutingRules));
  const teams = useAnswer(listTeams, all, on(listTeams));
  const keys = useAnswer(listVirtualKeys, { query: { search: sought, limit: most } }, on(listVirtualKeys));
  if (!asks) return [];
  const pages = words.pages;
  const those = (list: Found[]) => list.filter((of) => of.title.toLowerCase().includes(sought)).slice(0, most);
  return [
    ...those(
      (providers.data?.providers ?? []).map(({ name = "" }) => ({
        title: name,
        hint: pages.providers,
        to: "/providers",
        search: {},
      })),
    ),
    ...those(
      (keys.data?.virtual_keys ?? []).map(({ id, name }) => ({
        title: name || id || "",
        hint: pages.keys,
        to: "/keys",
        search: { open: id ?? "" },
      })),
    ),
    ...those(
      (teams.data?.teams ?? []).map(({ id, name }) => ({
        title: name || id || "",
        hint: words.keysPage.tabTeams,
        to: "/keys",
        search: { tab: "teams", open: id ?? "" },
      })),
    ),
    ...those(
      (rules.data?.rules ?? []).map(({ id, name }) => ({
        title: name || id || "",
        hint: pages.routing,
        to: "/routing",
        search: { open: id || name || "" },
      })),
    ),
  ];
}
