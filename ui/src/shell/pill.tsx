import { timeOfDay } from "@/lib/format";
import { live } from "@/live/socket";
import { useHealth } from "@/live/useLive";
import { Badge, type Tone } from "@/parts/badge";
import { words } from "@/words";

const tones: Record<string, Tone> = { live: "good", late: "warn", stale: "warn", offline: "bad" };

/** Says how fresh what is on the page is. */
export function Pill() {
  const health = useHealth();
  const at = live.heardAt();
  return (
    <span role="status" data-health={health}>
      <Badge tone={tones[health] ?? "plain"}>
        {words.health[health]}
        {health !== "live" && at > 0 && ` · ${words.health.asOf(timeOfDay(at))}`}
      </Badge>
    </span>
  );
}
