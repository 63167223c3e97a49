// What a tool is to be given, by the JSON Schema that its server says. The server is a stranger:
// what a form cannot show as it is, is written as JSON.

import { visible } from "@/lib/format";
import type { Schema } from "./schema";

const deepest = 5;
const longest = 1_000;

/** The schema as one that a form can be made of; null where there is none. */
export function formOf(schema: unknown): Schema | null {
  const fit = fitting(schema, 0);
  return fit?.properties && Object.keys(fit.properties).length > 0 ? fit : null;
}

function fitting(of: unknown, depth: number): Schema | null {
  if (typeof of !== "object" || of === null || Array.isArray(of) || depth > deepest) return null;
  const schema = of as Schema;
  if (schema.$ref !== undefined) return null;
  const out: Schema = {};
  if (typeof schema.type === "string") out.type = schema.type;
  else if (Array.isArray(schema.type)) out.type = schema.type.filter((t) => t !== "null").map(String);
  if (typeof schema.description === "string") out.description = visible(schema.description.slice(0, longest));
  if (schema.default !== undefined) out.default = schema.default;
  if (typeof schema.minimum === "number") out.minimum = schema.minimum;
  if (typeof schema.maximum === "number") out.maximum = schema.maximum;
  if (schema.enum !== undefined) {
    if (!Array.isArray(schema.enum) || !schema.enum.every((v) => typeof v === "string" && v === visible(v)))
      return null;
    out.enum = schema.enum;
  }
  if (schema.items !== undefined) {
    const items = fitting(schema.items, depth + 1);
    if (!items) return null;
    out.items = items;
  }
  if (Array.isArray(schema.required)) out.required = schema.required.map(String);
  if (schema.properties !== undefined) {
    out.properties = {};
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const fit = name === visible(name) && name !== "" ? fitting(property, depth + 1) : null;
      if (!fit) return null;
      out.properties[name] = fit;
    }
  }
  return out;
}

const isOf: Record<string, (value: unknown) => boolean> = {
  object: isObject,
  array: Array.isArray,
  string: (v) => typeof v === "string",
  number: (v) => typeof v === "number",
  integer: (v) => Number.isInteger(v),
  boolean: (v) => typeof v === "boolean",
  null: (v) => v === null,
};

/** What a value is not that its schema says, as far as that says it plainly: the server has the last word. */
export function faultsOf(of: unknown, value: unknown, at = ""): Fault[] {
  if (!isObject(of)) return [];
  const schema = of as Schema;
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.some((t) => isOf[t]?.(value) ?? true))
    return [{ at, kind: "type", of: types.join(", ") }];
  if (Array.isArray(schema.enum) && !schema.enum.includes(value))
    return [{ at, kind: "choice", of: schema.enum.map(String).join(", ") }];
  const faults: Fault[] = [];
  if (isObject(value)) {
    const values = value as Record<string, unknown>;
    for (const name of Array.isArray(schema.required) ? schema.required : [])
      if (values[name] === undefined) faults.push({ at: below(at, String(name)), kind: "missing", of: "" });
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      if (Object.hasOwn(values, name) && values[name] !== undefined)
        faults.push(...faultsOf(property, values[name], below(at, name)));
  }
  if (Array.isArray(value) && schema.items)
    value.forEach((v, i) => {
      faults.push(...faultsOf(schema.items, v, `${at}[${i}]`));
    });
  return faults;
}

export interface Fault {
  /** Where, as a.b[0]; "" is the whole. */
  at: string;
  kind: "type" | "choice" | "missing";
  /** What it may be. */
  of: string;
}

function below(at: string, name: string): string {
  return at ? `${at}.${name}` : name;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
