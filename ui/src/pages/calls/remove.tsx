import { useState } from "react";
import { deleteLogs, getLogHistogram, getLogStats, listLogs } from "@/api/operations";
import { Button } from "@/parts/button";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import type { Filter } from "./filter";
import type { Listed } from "./ids";
import { Removal } from "./removal";

const w = words.calls.removal;
const affects = [listLogs, getLogStats, getLogHistogram];

interface Props {
  of: { query: Filter } | { ids: string[] };
  onClose: () => void;
  onDone: () => void;
}

/** Takes the calls of a filter, or those that are named, out of the log. */
export function RemoveCalls(props: Props) {
  return <Removal title={w.title} list={listLogs as Listed} remove={deleteLogs} affects={affects} {...props} />;
}

/** Takes the call that is open out of the log. */
export function RemoveOne({ id, onDone }: { id: string; onDone: () => void }) {
  const { may } = useSession();
  const [asking, setAsking] = useState(false);
  if (!may(deleteLogs.id)) return null;
  return (
    <>
      <Button kind="danger" onClick={() => setAsking(true)}>
        {w.ofOne}
      </Button>
      {asking && <RemoveCalls of={{ ids: [id] }} onClose={() => setAsking(false)} onDone={onDone} />}
    </>
  );
}
