import { type ReactNode, useEffect } from "react";
import type { Range } from "@/lib/range";
import { useHealth } from "@/live/useLive";
import { words } from "@/words";
import { RangePicker } from "./rangepicker";

/** A page: its title, what can be done there, and for pages about time the range. What is old is hatched. */
export function Page({
  title,
  range = false,
  usualRange,
  actions,
  children,
}: {
  title: string;
  range?: boolean;
  usualRange?: Range;
  actions?: ReactNode;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Asbru`;
  }, [title]);
  const health = useHealth();
  const old = health === "stale" || health === "offline";
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col gap-4">
      <header className="flex flex-wrap items-center gap-2">
        <h1 className="me-auto text-lg font-semibold">{title}</h1>
        {actions}
        {range && <RangePicker usual={usualRange} />}
      </header>
      <div data-old={old || undefined} className={`flex min-h-0 min-w-0 flex-1 flex-col gap-4 ${old ? "hatched" : ""}`}>
        {children}
      </div>
    </div>
  );
}

export function NotFound() {
  return (
    <Page title={words.errors.noPage}>
      <p>{words.errors.noPageHint}</p>
    </Page>
  );
}
