import { Link } from "@tanstack/react-router";
import { deleteTeam, listCustomers, listTeams } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { buttonLook } from "@/parts/button";
import { Empty, Shown } from "@/parts/states";
import { words } from "@/words";
import { Groups } from "./group";

const w = words.keysPage;

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
            remove={deleteTeam}
            affects={[listTeams]}
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
