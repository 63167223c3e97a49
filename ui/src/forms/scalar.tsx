import { useState } from "react";
import type { ApiError } from "@/api/error";
import { SelectField, TextArea, TextField } from "@/parts/field";
import { words } from "@/words";
import { Cel } from "./cel";
import type { Description, Kind, Schema } from "./schema";

const w = words.forms;

interface Props {
  kind: Kind;
  name: string;
  at: string;
  description: Description;
  schema: Schema;
  value: unknown;
  error: ApiError | null;
  onChange: (value: unknown) => void;
}

/** A field of one value, or of a list that is written line by line. */
export function Scalar({ kind, name, at, description, schema, value, error, onChange }: Props) {
  const resolved = description.resolve(schema);
  const fault = error?.faults.find(
    (f) => f.path === at || f.path?.startsWith(`${at}[`) || f.path?.startsWith(`${at}.`),
  )?.message;
  const common = { label: name, hint: resolved.description, fault };
  switch (kind) {
    case "flag":
      return (
        <SelectField
          {...common}
          value={String(value ?? resolved.default ?? false)}
          onChange={(e) => onChange(e.target.value === "true")}
        >
          <option value="true">{w.yes}</option>
          <option value="false">{w.no}</option>
        </SelectField>
      );
    case "choice":
      return (
        <SelectField {...common} value={String(value ?? "")} onChange={(e) => onChange(e.target.value)}>
          {(resolved.enum ?? [])
            .filter((v) => v !== null)
            .map((v) => (
              <option key={String(v)}>{String(v)}</option>
            ))}
        </SelectField>
      );
    case "number":
      return (
        <TextField
          {...common}
          type="number"
          step="any"
          min={resolved.minimum}
          max={resolved.maximum}
          value={value === undefined || value === null ? "" : String(value)}
          onChange={(e) => onChange(e.target.value === "" ? 0 : Number(e.target.value))}
        />
      );
    case "texts":
      return (
        <TextArea
          {...common}
          rows={Math.max(2, ((value as unknown[]) ?? []).length + 1)}
          placeholder={w.lines}
          defaultValue={((value as unknown[]) ?? []).join("\n")}
          onChange={(e) =>
            onChange(
              e.target.value
                .split("\n")
                .map((line) => line.trim())
                .filter(Boolean),
            )
          }
        />
      );
    case "map":
    case "any":
      return <Json {...common} value={value} onChange={onChange} />;
    case "secret":
      return (
        <TextField
          {...common}
          value={typeof value === "string" ? value : JSON.stringify(value ?? "")}
          onChange={(e) => onChange(e.target.value)}
        />
      );
    default:
      if (name === "cel_expression") return <Cel {...common} value={String(value ?? "")} onChange={onChange} />;
      return isLong(name) ? (
        <TextArea
          {...common}
          rows={3}
          className="font-mono"
          value={String(value ?? "")}
          onChange={(e) => onChange(e.target.value)}
        />
      ) : (
        <TextField
          {...common}
          maxLength={resolved.maxLength}
          value={String(value ?? "")}
          onChange={(e) => onChange(e.target.value)}
        />
      );
  }
}

function isLong(name: string): boolean {
  return name === "description" || name === "instructions";
}

/** A value of any kind, as JSON. What is no JSON yet is said, and not sent. */
function Json({
  label,
  hint,
  fault,
  value,
  onChange,
}: {
  label: string;
  hint: string | undefined;
  fault: string | undefined;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const [text, setText] = useState(() => JSON.stringify(value ?? {}, null, 2));
  const [wrong, setWrong] = useState("");
  return (
    <TextArea
      label={label}
      hint={hint}
      fault={wrong || fault}
      rows={Math.min(12, text.split("\n").length + 1)}
      className="font-mono text-xs"
      value={text}
      onChange={(e) => {
        setText(e.target.value);
        try {
          onChange(JSON.parse(e.target.value));
          setWrong("");
        } catch {
          setWrong(w.noJson);
        }
      }}
    />
  );
}
