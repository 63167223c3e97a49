import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { getConfig, listLogs } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { visible } from "@/lib/format";
import { Button, buttonLook } from "@/parts/button";
import { TextField } from "@/parts/field";
import { Panel } from "@/parts/panel";
import { Shown } from "@/parts/states";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { type CacheSettings, whyMissed } from "./why";

const w = words.cache;

/** Says what is known of why a call was not answered from the cache. */
export function Miss() {
  const [id, setId] = useState("");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setId(String(new FormData(event.currentTarget).get("id")).trim());
  };
  return (
    <Panel title={w.why}>
      <form className="flex items-end gap-2" onSubmit={submit}>
        <TextField label={w.request} name="id" maxLength={256} />
        <Button type="submit">{words.common.look}</Button>
      </form>
      {id && <Reasons id={id} />}
    </Panel>
  );
}

function Reasons({ id }: { id: string }) {
  const { may } = useSession();
  const asked = useAnswer(listLogs, { query: { request_id: id, limit: 1 } });
  const config = useAnswer(getConfig, {}, { enabled: may(getConfig.id) });
  const settings = ((config.data?.config as { cache?: CacheSettings } | undefined)?.cache ?? {}) as CacheSettings;
  return (
    <Shown of={asked}>
      {(data) => {
        const row = data.logs?.[0];
        if (!row) return <p className="text-muted">{w.noCall}</p>;
        return (
          <div role="status" className="flex flex-col items-start gap-2">
            <p>
              <strong>{visible(row.model)}</strong>{" "}
              {row.marks && <code className="font-mono">{visible(row.marks)}</code>}
            </p>
            <ul className="list-disc ps-5">
              {whyMissed(row, settings).map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
            <Link
              to={"/calls" as never}
              search={{ models: row.model, from: "now-24h", compare: row.id } as never}
              className={buttonLook()}
            >
              {w.compare}
            </Link>
          </div>
        );
      }}
    </Shown>
  );
}
