import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";

const look = "w-full min-h-7 rounded-md border border-edge bg-surface px-2 py-1 aria-invalid:border-bad";

interface Labelled {
  label: string;
  hint?: ReactNode;
  /** What the server or the form says is wrong with it. */
  fault?: string | undefined;
}

function Frame({ id, label, hint, fault, children }: Labelled & { id: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-muted">
          {hint}
        </p>
      )}
      {fault && (
        <p id={`${id}-fault`} className="text-xs text-bad">
          {fault}
        </p>
      )}
    </div>
  );
}

function described(id: string, { hint, fault }: Labelled) {
  const by = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return { id, "aria-describedby": by || undefined, "aria-invalid": fault ? true : undefined };
}

export function TextField({
  label,
  hint,
  fault,
  className = "",
  ...rest
}: Labelled & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const labelled = { label, hint, fault };
  return (
    <Frame id={id} {...labelled}>
      <input className={`${look} ${className}`} autoComplete="off" {...described(id, labelled)} {...rest} />
    </Frame>
  );
}

export function TextArea({
  label,
  hint,
  fault,
  className = "",
  ...rest
}: Labelled & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  const labelled = { label, hint, fault };
  return (
    <Frame id={id} {...labelled}>
      <textarea className={`${look} ${className}`} {...described(id, labelled)} {...rest} />
    </Frame>
  );
}

export function SelectField({
  label,
  hint,
  fault,
  children,
  ...rest
}: Labelled & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  const labelled = { label, hint, fault };
  return (
    <Frame id={id} {...labelled}>
      <select className={look} {...described(id, labelled)} {...rest}>
        {children}
      </select>
    </Frame>
  );
}
