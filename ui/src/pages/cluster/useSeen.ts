import { useEffect, useRef } from "react";
import type { State } from "@/api/operations";

/** How long a node that has gone is still shown. */
const shownFor = 10 * 60_000;

/** The nodes that were there while the page was open and are not any more, with when they were last. */
export function useSeen(nodes: State[], at: number): { node: State; seen: number }[] {
  const seen = useRef(new Map<string, { node: State; seen: number }>());
  useEffect(() => {
    for (const node of nodes) seen.current.set(node.node, { node, seen: at });
  }, [nodes, at]);
  const there = new Set(nodes.map((n) => n.node));
  return [...seen.current.values()].filter((s) => !there.has(s.node.node) && at - s.seen < shownFor);
}
