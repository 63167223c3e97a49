import { showEndpoint } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { words } from "@/words";

interface Gateway {
  /** Whether calls are taken at this page's own address; else an edge makes them through control. Undefined: not known yet. */
  isHere: boolean | undefined;
  /** Where programs call it: as the configuration says; else here, or where an edge says that it is. */
  address: string;
}

/** Where the gateway is that this page belongs to. */
export function useGateway(): Gateway {
  const { data, error } = useAnswer(showEndpoint, {});
  const isHere = data ? data.here : error ? true : undefined;
  if (data?.source === "configuration") return { isHere, address: data.url };
  return { isHere, address: isHere === false ? data?.url || words.start.anEdge : location.origin };
}
