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

/** A place that somebody has changed, or two have. */
export interface Place {
  path: string;
  base: unknown;
  theirs: unknown;
  mine: unknown;
  /** Both have changed it, and not to the same. */
  both: boolean;
}

/** Where two changes of one document differ from it, and where they are at odds. */
export function threeWays(base: unknown, theirs: unknown, mine: unknown): Place[] {
  const places = new Map<string, Place>();
  for (const d of differences(base, theirs)) {
    places.set(d.path, { path: d.path, base: d.before, theirs: d.after, mine: d.before, both: false });
  }
  for (const d of differences(base, mine)) {
    const other = places.get(d.path);
    places.set(d.path, {
      path: d.path,
      base: d.before,
      theirs: other ? other.theirs : d.before,
      mine: d.after,
      both: other !== undefined && !Object.is(other.theirs, d.after),
    });
  }
  return [...places.values()];
}
