import type { ConfigValue, SourcesOutputBody } from "@/api/operations";
import type { FieldNote } from "@/forms/notes";
import { type Description, isOffered, type Schema } from "@/forms/schema";
import { visible } from "@/lib/format";
import { words } from "@/words";

const w = words.settings.sources;

/** Whether a place is in a section, an object or a list. */
export function isIn(path: string, of: string): boolean {
  return path === of || path.startsWith(`${of}.`) || path.startsWith(`${of}[`);
}

/** What the file is called, or the environment. */
export function fileOf(sources: SourcesOutputBody): string {
  return visible(sources.file?.name || w.environment);
}

/** Where a value comes from, in a sentence. */
export function told(value: ConfigValue, sources: SourcesOutputBody): FieldNote {
  const file = fileOf(sources);
  const by = value.revision ? w.revision(value.revision, visible(value.author ?? "")) : "";
  const text =
    value.source !== "api"
      ? w.fromFile(file)
      : (value.removed ? w.removed(by) : w.changed(by)) + (value.in_file ? ` ${w.otherwise(file)}` : "");
  if (!value.locked) return { text, locked: false };
  const atStart = sources.at_start?.some((section) => isIn(value.path, section));
  return { text: `${text} ${atStart ? w.atStart : w.locked(file)}`, locked: true };
}

/** The note of a place: of the value there, or of those below it. What is not set has its default. */
export function noteOf(path: string, sources: SourcesOutputBody): FieldNote {
  const values = (sources.values ?? []).filter((v) => !v.removed);
  const at = values.find((v) => v.path === path);
  if (at) return told(at, sources);
  const below = values.filter((v) => isIn(v.path, path)).map((v) => told(v, sources));
  if (below.length === 0) return { text: w.default, locked: false };
  // Members that nobody has locked can be changed, and others added.
  return { text: [...new Set(below.map((n) => n.text))].join(" "), locked: below.every((n) => n.locked) };
}

/** What of a section is not set, and is what by default. */
export function defaultsOf(
  api: Description,
  schema: Schema,
  value: unknown,
  path: string,
): { path: string; value: string }[] {
  return Object.entries(api.resolve(schema).properties ?? {}).flatMap(([name, of]) => {
    if (!isOffered(of)) return [];
    const at = `${path}.${name}`;
    const set = (value as Record<string, unknown> | undefined)?.[name];
    if (api.kindOf(of) === "group") return defaultsOf(api, of, set, at);
    const usual = api.resolve(of).default;
    if (set !== undefined || usual === undefined) return [];
    return [{ path: at, value: typeof usual === "string" ? usual : JSON.stringify(usual) }];
  });
}
