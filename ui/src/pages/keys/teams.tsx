import { Link } from "@tanstack/react-router";
import { createTeam, deleteTeam, listCustomers, listTeams, updateTeam } from "@/api/operations";
import { useAnswer } from "@/api/query";
import type { Values } from "@/forms/form";
import { buttonLook } from "@/parts/button";
import { Empty, Shown } from "@/parts/states";
import { words } from "@/words";
import type { Kind } from "../objects/kind";
import { Groups } from "./group";

const w = words.keysPage;

const kind: Kind = {
  title: w.tabTeams,
  one: w.team,
  none: w.noTeams,
  list: listTeams as Kind["list"],
  member: "teams",
  create: createTeam as Kind["create"],
  update: updateTeam as Kind["update"],
  remove: deleteTeam,
  idOf: (of) => String(of.id ?? ""),
  columns: [],
  fresh: { name: "" },
  limitsCount: (of) => (of.id ? { team_id: String(of.id) } : undefined),
  told: ["id", "teams", "virtual_keys", "customer"],
};

export function Teams() {
  const asked = useAnswer(listTeams, { query: { limit: 1_000 } });
  const customers = useAnswer(listCustomers, { query: { limit: 1_000, fields: "id,name" } });
  const nameOf = (id: string | null | undefined) =>
    customers.data?.customers?.find((c) => c.id === id)?.name ?? id ?? "";
  return (
    <Shown of={asked}>
      {(data) =>
        data.teams?.length ? (
          <Groups
            scope="team"
            caption={w.tabTeams}
            groups={data.teams.map((t) => ({
              id: t.id ?? "",
              name: t.name ?? t.id ?? "",
              above: nameOf(t.customer_id),
              hasBudget: Boolean(t.budget),
            }))}
            kind={kind}
            objects={(data.teams ?? []) as Values[]}
            revision={data.revision}
            link={(id) => (
              <Link to={"/keys" as never} search={{ team_id: id } as never} className={buttonLook("quiet")}>
                {w.itsKeys}
              </Link>
            )}
          />
        ) : (
          <Empty why={w.noTeams} />
        )
      }
    </Shown>
  );
}
