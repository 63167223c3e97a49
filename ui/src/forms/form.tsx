import { useContext } from "react";
import type { ApiError } from "@/api/error";
import { Button } from "@/parts/button";
import { words } from "@/words";
import { FieldNotes } from "./notes";
import { Scalar } from "./scalar";
import { type Description, isOffered, type Schema } from "./schema";

const w = words.forms;

export type Values = Record<string, unknown>;

interface Props {
  description: Description;
  schema: Schema;
  values: Values;
  onChange: (values: Values) => void;
  error: ApiError | null;
  /** Where the values stand in the body of the request: faults are told by it. */
  at?: string;
  /** Fields that are not asked for. */
  without?: string[];
}

/**
 * A form made of a schema: the fields that are set or must be, and a list of those that may be
 * added, with what each is for. The same declaration checks it on the server.
 */
export function Form({ description, schema, values, onChange, error, at = "body", without = [] }: Props) {
  const all = Object.entries(description.resolve(schema).properties ?? {}).filter(
    ([name, s]) => isOffered(s) && !without.includes(name),
  );
  const shown = all.filter(([name]) => values[name] !== undefined || schema.required?.includes(name));
  const further = all.filter(([name]) => !shown.some(([s]) => s === name));
  const set = (name: string, value: unknown) => onChange({ ...values, [name]: value });
  const notes = useContext(FieldNotes);
  const drop = (name: string) => {
    const { [name]: _, ...rest } = values;
    onChange(rest);
  };
  return (
    <div className="flex flex-col gap-3">
      {shown.map(([name, of]) => {
        // Of a group each field has a note of its own.
        const note = description.kindOf(of) === "group" ? undefined : notes(`${at}.${name}`);
        return (
          <div key={name} className="flex items-start gap-1">
            <fieldset disabled={note?.locked} className="min-w-0 flex-1">
              <Field
                name={name}
                at={`${at}.${name}`}
                description={description}
                schema={note ? { ...of, description: noted(description.resolve(of).description, note.text) } : of}
                value={values[name]}
                error={error}
                onChange={(value) => set(name, value)}
              />
            </fieldset>
            {!schema.required?.includes(name) && !note?.locked && (
              <Button kind="quiet" aria-label={w.drop(name)} onClick={() => drop(name)}>
                ✕
              </Button>
            )}
          </div>
        );
      })}
      {further.length > 0 && (
        <select
          aria-label={at === "body" ? w.further : w.furtherOf(at.slice("body.".length))}
          className="min-h-7 w-max max-w-full rounded-md border border-edge bg-surface px-2"
          value=""
          onChange={(e) =>
            set(e.target.value, emptyOf(description, further.find(([n]) => n === e.target.value)?.[1] ?? {}))
          }
        >
          <option value="">{w.further}…</option>
          {further.map(([name]) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

/** What a field is for, and what is known of it beside: both are read out with it. */
function noted(description: string | undefined, note: string): string {
  return [description, note].filter(Boolean).join(" — ");
}

/** What a field begins with when it is added. */
function emptyOf(description: Description, schema: Schema): unknown {
  const resolved = description.resolve(schema);
  if (resolved.default !== undefined) return resolved.default;
  const empty: Record<string, unknown> = {
    flag: true,
    texts: [],
    groups: [{}],
    group: {},
    map: {},
    any: {},
    number: 0,
  };
  const kind = description.kindOf(schema);
  if (kind === "choice") return resolved.enum?.find((v) => v !== null);
  return empty[kind] ?? "";
}

interface FieldProps {
  name: string;
  at: string;
  description: Description;
  schema: Schema;
  value: unknown;
  error: ApiError | null;
  onChange: (value: unknown) => void;
}

function Field(props: FieldProps) {
  const { name, at, description, schema, value, error, onChange } = props;
  const kind = description.kindOf(schema);
  if (kind === "group") {
    return (
      <Group name={name} hint={schema.description}>
        <Form
          description={description}
          schema={description.resolve(schema)}
          values={(value ?? {}) as Values}
          onChange={onChange}
          error={error}
          at={at}
        />
      </Group>
    );
  }
  if (kind === "groups") {
    const list = (value ?? []) as Values[];
    const of = description.resolve(description.resolve(schema).items ?? {});
    return (
      <Group name={name} hint={schema.description}>
        {list.map((member, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: members have no name of their own while they are edited
          <Group key={i} name={String(member.name ?? member.id ?? i + 1)}>
            <Form
              description={description}
              schema={of}
              values={member}
              onChange={(next) => onChange(list.with(i, next))}
              error={error}
              at={`${at}[${i}]`}
            />
            <Button kind="quiet" onClick={() => onChange(list.toSpliced(i, 1))}>
              {w.remove}
            </Button>
          </Group>
        ))}
        <div>
          <Button onClick={() => onChange([...list, {}])}>{w.add}</Button>
        </div>
      </Group>
    );
  }
  return <Scalar kind={kind} {...props} />;
}

function Group({ name, hint, children }: { name: string; hint?: string | undefined; children: React.ReactNode }) {
  return (
    <fieldset className="flex flex-col gap-3 rounded-lg border border-line p-3">
      <legend className="px-1 font-medium">{name}</legend>
      {hint && <p className="text-xs text-muted">{hint}</p>}
      {children}
    </fieldset>
  );
}
