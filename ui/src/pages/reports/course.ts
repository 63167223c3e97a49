/** A bucket of a histogram, with its value for each of what calls are told apart by. */
export interface Sorted {
  at: number;
  of: Record<string, number>;
}

export interface Course {
  /** What there is, the most first; null stands for all further ones together. */
  names: (string | null)[];
  /** Of each bucket a value for each name. */
  buckets: { at: number; values: number[] }[];
}

/**
 * Puts histograms into series: of more than there are colours for, the least are added up as one. Values that
 * cannot be added up, such as times, are left out then.
 */
export function courseOf(buckets: Sorted[], most: number, additive: boolean): Course {
  const totals = new Map<string, number>();
  for (const { of } of buckets) {
    for (const [name, value] of Object.entries(of)) totals.set(name, (totals.get(name) ?? 0) + value);
  }
  const all = [...totals.keys()].sort((a, b) => (totals.get(b) ?? 0) - (totals.get(a) ?? 0) || a.localeCompare(b));
  const few = all.length > most ? all.slice(0, additive ? most - 1 : most) : all;
  const rest = additive ? all.slice(few.length) : [];
  return {
    names: rest.length > 0 ? [...few, null] : few,
    buckets: buckets.map(({ at, of }) => {
      const values = few.map((name) => of[name] ?? 0);
      if (rest.length > 0) values.push(rest.reduce((sum, name) => sum + (of[name] ?? 0), 0));
      return { at, values };
    }),
  };
}
