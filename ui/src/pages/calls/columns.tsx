import type { LogRow } from "@/api/operations";
import { count, duration, money, timeOfDay, visible } from "@/lib/format";
import { Badge, type Tone } from "@/parts/badge";
import type { Column } from "@/parts/table";
import { words } from "@/words";

const w = words.calls.columns;

export const tones: Record<LogRow["status"], Tone> = { success: "good", error: "bad", cancelled: "warn" };

export const columns: (Column<LogRow> & { width: string })[] = [
  { id: "time", title: w.time, width: "5.5rem", cell: (r) => timeOfDay(r.timestamp) },
  {
    id: "status",
    title: w.status,
    width: "8rem",
    cell: (r) => (
      <Badge tone={tones[r.status]}>{r.error_details?.code ? visible(r.error_details.code) : r.status_code}</Badge>
    ),
  },
  { id: "model", title: w.model, width: "minmax(9rem,1.4fr)", cell: (r) => visible(r.model) },
  { id: "provider", title: w.provider, width: "minmax(6rem,1fr)", cell: (r) => r.provider },
  { id: "key", title: w.key, width: "minmax(6rem,1fr)", cell: (r) => r.selected_key_name },
  {
    id: "caller",
    title: w.caller,
    width: "minmax(7rem,1fr)",
    cell: (r) => visible(r.virtual_key_name ?? r.virtual_key_id ?? r.end_user ?? ""),
  },
  {
    id: "tries",
    title: w.tries,
    width: "4rem",
    end: true,
    cell: (r) => (r.number_of_retries ? `+${r.number_of_retries}` : ""),
  },
  { id: "latency", title: w.latency, width: "6rem", end: true, cell: (r) => duration(r.latency) },
  {
    id: "tokens",
    title: w.tokens,
    width: "5.5rem",
    end: true,
    cell: (r) => (r.token_usage ? count(r.token_usage.total_tokens) : ""),
  },
  { id: "cost", title: w.cost, width: "6rem", end: true, cell: (r) => money(r.cost) },
];
