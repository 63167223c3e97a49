import type { Values } from "./form";

/** What is sent to change an object: the members that differ; null removes one that is gone. */
export function changeOf(before: Values, after: Values): Values {
  const change: Values = {};
  for (const [name, value] of Object.entries(after)) {
    if (JSON.stringify(before[name]) !== JSON.stringify(value)) change[name] = value;
  }
  for (const name of Object.keys(before))
    if (after[name] === undefined && before[name] !== undefined) change[name] = null;
  return change;
}
