import { useState } from "react";
import { Button } from "@/parts/button";
import { Tabs } from "@/parts/tabs";
import { useKeys } from "@/shell/keys";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { CreateKey } from "./create";
import { Customers } from "./customers";
import { CreateGroup } from "./group";
import { KeyList } from "./list";
import { Teams } from "./teams";

const w = words.keysPage;

const tabs = { keys: w.tabKeys, teams: w.tabTeams, customers: w.tabCustomers };
const creates = { keys: "create-virtual-key", teams: "create-team", customers: "create-customer" };

/** Who spends, who is near the edge? */
export default function KeysPage() {
  const [search, set] = useUrl();
  const { may } = useSession();
  const [creating, setCreating] = useState(false);
  const tab = (search.tab ?? "keys") in tabs ? ((search.tab ?? "keys") as keyof typeof tabs) : "keys";
  const can = may(creates[tab]);
  useKeys({ n: () => can && setCreating(true) });
  return (
    <Page
      title={words.pages.keys}
      actions={
        can && (
          <Button kind="main" onClick={() => setCreating(true)}>
            {w.create[tab]}
          </Button>
        )
      }
    >
      <Tabs
        label={words.pages.keys}
        tabs={tabs}
        chosen={tab}
        onChoose={(next) => set({ tab: next === "keys" ? "" : next, open: "", search: "" })}
      />
      {tab === "keys" && <KeyList />}
      {tab === "teams" && <Teams />}
      {tab === "customers" && <Customers />}
      {creating && tab === "keys" && <CreateKey onClose={() => setCreating(false)} />}
      {creating && tab !== "keys" && <CreateGroup kind={tab} onClose={() => setCreating(false)} />}
    </Page>
  );
}
