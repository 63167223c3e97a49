/** A place of a document that two versions of it do not have alike. */
export interface Difference {
  path: string;
  before?: unknown;
  after?: unknown;
}

type Json = Record<string, unknown> | unknown[];

function isTree(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

/** How the members of a list are told apart: by id or name where they have one, else by their place. */
function membersOf(value: Json): Map<string, unknown> {
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  return new Map(
    value.map((member, i) => {
      const named = isTree(member) && !Array.isArray(member) ? (member.id ?? member.name) : undefined;
      return [`[${typeof named === "string" ? named : i}]`, member];
    }),
  );
}

/** Where two documents differ, down to the single values, in the order of the second. */
export function differences(before: unknown, after: unknown, path = ""): Difference[] {
  if (!isTree(before) || !isTree(after) || Array.isArray(before) !== Array.isArray(after)) {
    return Object.is(before, after)
      ? []
      : [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
  }
  const [old, now] = [membersOf(before), membersOf(after)];
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((name) =>
    differences(old.get(name), now.get(name), path && !name.startsWith("[") ? `${path}.${name}` : path + name),
  );
}
