import { type ReactNode, type Ref, useId } from "react";

/** A part of a page with a heading of its own. */
export function Panel({
  title,
  side,
  children,
  className = "",
  ref,
}: {
  title: ReactNode;
  side?: ReactNode;
  children: ReactNode;
  className?: string;
  /** For those who lead the focus here: from it, Tab goes on to what is in the panel. */
  ref?: Ref<HTMLElement> | undefined;
}) {
  const heading = useId();
  return (
    <section
      ref={ref}
      // What can have the focus is announced by its name; it is no landmark of its own.
      {...(ref && { role: "group", tabIndex: -1, "aria-labelledby": heading })}
      className={`flex min-w-0 flex-col gap-3 rounded-lg border border-line bg-surface p-4 ${className}`}
    >
      <header className="flex flex-wrap items-center justify-between gap-2">
        <h2 id={heading} className="font-semibold">
          {title}
        </h2>
        {side}
      </header>
      {children}
    </section>
  );
}

/** Names and values, as a list. */
export function Facts({ of }: { of: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1">
      {of.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
