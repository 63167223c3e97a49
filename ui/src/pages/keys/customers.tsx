import { Link } from "@tanstack/react-router";
import { createCustomer, deleteCustomer, listCustomers, updateCustomer } from "@/api/operations";
import { useAnswer } from "@/api/query";
import type { Values } from "@/forms/form";
import { buttonLook } from "@/parts/button";
import { Empty, Shown } from "@/parts/states";
import { words } from "@/words";
import type { Kind } from "../objects/kind";
import { Groups } from "./group";

const w = words.keysPage;

const kind: Kind = {
  title: w.tabCustomers,
  one: w.customer,
  none: w.noCustomers,
  list: listCustomers as Kind["list"],
  member: "customers",
  create: createCustomer as Kind["create"],
  update: updateCustomer as Kind["update"],
  remove: deleteCustomer,
  idOf: (of) => String(of.id ?? ""),
  columns: [],
  fresh: { name: "" },
  limitsCount: (of) => (of.id ? { customer_id: String(of.id) } : undefined),
  told: ["id", "teams", "virtual_keys", "customer"],
};

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
            kind={kind}
            objects={(data.customers ?? []) as Values[]}
            revision={data.revision}
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
