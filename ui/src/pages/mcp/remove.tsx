import { useState } from "react";
import {
  deleteMcpLogs,
  getMcpLogHistogram,
  getMcpLogHistogramCost,
  getMcpLogStats,
  getMcpLogTopTools,
  listMcpLogs,
} from "@/api/operations";
import { Button } from "@/parts/button";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import type { Listed } from "../calls/ids";
import { Removal } from "../calls/removal";

const affects = [listMcpLogs, getMcpLogStats, getMcpLogTopTools, getMcpLogHistogram, getMcpLogHistogramCost];

/** Takes the calls of tools that a filter finds out of the log. */
export function RemoveToolCalls({ query }: { query: object }) {
  const { may } = useSession();
  const [asking, setAsking] = useState(false);
  if (!may(deleteMcpLogs.id)) return null;
  return (
    <div className="flex justify-end">
      <Button kind="quiet" onClick={() => setAsking(true)}>
        {words.calls.removal.ofAll}
      </Button>
      {asking && (
        <Removal
          title={words.mcp.calls.remove}
          of={{ query }}
          list={listMcpLogs as Listed}
          remove={deleteMcpLogs}
          affects={affects}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
