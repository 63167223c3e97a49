import { useEffect, useRef, useState } from "react";
import { checkExpression } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { visible } from "@/lib/format";
import { TextArea } from "@/parts/field";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { placeOf } from "./place";

const w = words.cel;

interface Props {
  label: string;
  hint: string | undefined;
  fault: string | undefined;
  value: string;
  onChange: (value: string) => void;
}

/** An expression: what it can be made of, and where what is wrong with it stands. */
export function Cel({ value, fault: refused, onChange, ...rest }: Props) {
  const found = useFault(value);
  const fault = found ?? refused;
  const box = useRef<HTMLDivElement>(null);
  const place = fault ? placeOf(fault, value) : null;
  const insert = (text: string) => {
    const field = box.current?.querySelector("textarea");
    const [from, to] = [field?.selectionStart ?? value.length, field?.selectionEnd ?? value.length];
    onChange(value.slice(0, from) + text + value.slice(to));
    field?.focus();
  };
  return (
    <div ref={box} className="flex flex-col gap-1">
      <TextArea
        {...rest}
        fault={fault}
        rows={3}
        spellCheck={false}
        className="font-mono"
        value={value}
        onChange={(e) => onChange(e.target.value)}
      />
      {place && (
        <pre data-place className="overflow-x-auto rounded-md bg-bad-soft p-2 font-mono text-xs text-bad">
          {visible(place.line)}
          {"\n"}
          {" ".repeat(place.column - 1)}^
        </pre>
      )}
      <details>
        <summary className="min-h-6 w-max text-xs text-muted">{w.variables}</summary>
        <ul className="flex flex-col gap-1 rounded-md bg-raised p-2">
          {w.known.map(([name, what]) => (
            <li key={name} className="flex flex-wrap items-baseline gap-x-2">
              <button
                type="button"
                className="min-h-6 font-mono text-xs text-accent underline"
                onClick={() => insert(name)}
              >
                {name}
              </button>
              <span className="text-xs text-muted">{what}</span>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

/** How long nothing must be typed before an expression is looked at. */
const rests = 400;

/** What is wrong with an expression, as the server says before it is saved; undefined while that is not known. */
function useFault(expression: string): string | undefined {
  const { may } = useSession();
  const [settled, setSettled] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSettled(expression), rests);
    return () => clearTimeout(timer);
  }, [expression]);
  const asked = useAnswer(
    checkExpression,
    { body: { cel_expression: settled } },
    { enabled: settled !== "" && may(checkExpression.id) },
  );
  return settled === expression && !asked.isPlaceholderData ? asked.data?.fault : undefined;
}
