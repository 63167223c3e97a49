import { Link } from "@tanstack/react-router";
import {
  getModelParameters,
  listModelDetails,
  type ModelDetail,
  type ModelParameter,
  patchConfig,
} from "@/api/operations";
import { useAnswer } from "@/api/query";
import { count } from "@/lib/format";
import { buttonLook } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { Facts } from "@/parts/panel";
import { Empty, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { priceOfOne } from "./price";

const w = words.models;

/** A model, named PROVIDER/MODEL: what it costs, takes and can. */
export function ModelSheet({ of, onClose }: { of: string | undefined; onClose: () => void }) {
  return (
    <Dialog open={of !== undefined} onClose={onClose} title={of ?? ""} sheet wide>
      {of && <Model key={of} provider={of.slice(0, of.indexOf("/"))} name={of.slice(of.indexOf("/") + 1)} />}
    </Dialog>
  );
}

function Model({ provider, name }: { provider: string; name: string }) {
  const { may } = useSession();
  const details = useAnswer(listModelDetails, { query: { provider, query: name, limit: 1_000 } });
  const parameters = useAnswer(getModelParameters, { query: { model: `${provider}/${name}` } });
  return (
    <div className="flex flex-col gap-4">
      <p className="flex flex-wrap gap-2">
        <Link to={"/playground" as never} search={{ models: `${provider}/${name}` } as never} className={buttonLook()}>
          {w.tryIt}
        </Link>
        <Link to={"/calls" as never} search={{ providers: provider, models: name } as never} className={buttonLook()}>
          {w.calls}
        </Link>
        {may(patchConfig.id) && (
          <Link to={"/settings" as never} search={{ section: "governance" } as never} className={buttonLook("quiet")}>
            {w.override}
          </Link>
        )}
      </p>
      <Shown of={details}>
        {({ models }) => {
          const found = models?.find((m) => m.name === name);
          return found ? <Costs of={found} /> : <Empty why={w.unknownPrice} />;
        }}
      </Shown>
      <Shown of={parameters}>
        {(told) => (
          <Table
            caption={w.parameters}
            rows={told.model_parameters ?? []}
            rowKey={(p) => p.id}
            columns={[
              { id: "id", title: w.parameter, cell: (p) => <code className="font-mono text-xs">{p.id}</code> },
              { id: "label", title: w.meaning, cell: (p) => p.label },
              { id: "values", title: w.values, cell: valuesOf },
            ]}
          />
        )}
      </Shown>
    </div>
  );
}

function Costs({ of }: { of: ModelDetail }) {
  const own = of.overridden_pricing;
  const prices = [
    { id: "input", title: w.input, told: of.input_cost_per_token, own: own?.input_cost_per_token },
    { id: "read", title: w.cachedPrice, told: of.cache_read_input_token_cost, own: own?.cache_read_input_token_cost },
    {
      id: "written",
      title: w.cacheWritten,
      told: of.cache_creation_input_token_cost,
      own: own?.cache_creation_input_token_cost,
    },
    { id: "output", title: w.outputPrice, told: of.output_cost_per_token, own: own?.output_cost_per_token },
  ];
  return (
    <>
      <Facts
        of={[
          [w.window, count(of.context_length)],
          [w.output, count(of.max_output_tokens)],
          [w.takes, (of.architecture.input_modalities ?? []).join(", ")],
          [w.gives, (of.architecture.output_modalities ?? []).join(", ")],
        ]}
      />
      <Table
        caption={w.prices}
        rows={prices}
        rowKey={(p) => p.id}
        columns={[
          { id: "what", title: w.perMillion, cell: (p) => p.title },
          { id: "told", title: w.byCatalogue, end: true, cell: (p) => priceOfOne(p.told) },
          { id: "own", title: w.byConfiguration, end: true, cell: (p) => priceOfOne(p.own) },
        ]}
      />
    </>
  );
}

function valuesOf({ type, range, options }: ModelParameter): string {
  if (options?.length) return options.join(", ");
  return range ? `${range.min} … ${count(range.max)}` : type;
}
