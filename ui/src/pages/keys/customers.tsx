import { Link } from "@tanstack/react-router";
import { deleteCustomer, listCustomers } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { buttonLook } from "@/parts/button";
import { Empty, Shown } from "@/parts/states";
import { words } from "@/words";
import { Groups } from "./group";

const w = words.keysPage;

export function Customers() {
  const asked = useAnswer(listCustomers, { query: { limit: 1_000 } });
  return (
    <Shown of={asked}>
      {(data) =>
        data.customers?.length ? (
          <Groups
            scope="customer"
            caption={w.tabCustomers}
            groups={data.customers.map((c) => ({
              id: c.id ?? "",
              name: c.name ?? c.id ?? "",
              above: "",
              hasBudget: Boolean(c.budget),
            }))}
            remove={deleteCustomer}
            affects={[listCustomers]}
            link={(id) => (
              <Link to={"/keys" as never} search={{ customer_id: id } as never} className={buttonLook("quiet")}>
                {w.itsKeys}
              </Link>
            )}
          />
        ) : (
          <Empty why={w.noCustomers} />
        )
      }
    </Shown>
  );
}
