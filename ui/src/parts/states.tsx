import type { ReactNode } from "react";
import type { ApiError } from "@/api/error";
import { words } from "@/words";
import { Button } from "./button";

/** What stands where there is nothing: why, and what to do next. */
export function Empty({ why, children }: { why: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-start gap-2 rounded-lg border border-dashed border-line p-6 text-muted">
      <p>{why}</p>
      {children}
    </div>
  );
}

export function Skeleton({ rows = 4 }: { rows?: number }) {
  return (
    <div className="appear-late flex flex-col gap-2" role="status" aria-label={words.common.loading}>
      {Array.from({ length: rows }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <div key={i} className="h-6 animate-pulse rounded-md bg-raised" />
      ))}
    </div>
  );
}

/** What went wrong: in words, with the code and the request's id, and a way to try again. */
export function Failure({ error, retry }: { error: ApiError; retry?: () => unknown }) {
  const forbidden = error.status === 403;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 rounded-lg border border-bad bg-bad-soft px-4 py-2.5"
    >
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {error.code === "offline" ? words.errors.offline : error.message || words.errors.unknown}
        </p>
        {error.faults.map((fault) => (
          <p key={`${fault.path}${fault.message}`}>
            {fault.path && <code className="font-mono">{fault.path}: </code>}
            {fault.message}
          </p>
        ))}
        <p className="text-xs text-muted">
          {forbidden ? `${words.errors.forbidden} ` : ""}
          <code className="font-mono">{error.code}</code>
          {error.requestId && ` · ${words.errors.request} `}
          {error.requestId && <code className="font-mono">{error.requestId}</code>}
        </p>
      </div>
      {retry && !forbidden && <Button onClick={() => retry()}>{words.common.retry}</Button>}
    </div>
  );
}

interface Asked<T> {
  data: T | undefined;
  error: ApiError | null;
  refetch: () => unknown;
}

/** Draws an answer in each of its states. What is old stays while something is wrong. */
export function Shown<T>({ of, rows, children }: { of: Asked<T>; rows?: number; children: (data: T) => ReactNode }) {
  if (of.data === undefined) {
    return of.error ? <Failure error={of.error} retry={of.refetch} /> : <Skeleton rows={rows ?? 4} />;
  }
  return (
    <>
      {of.error && <Failure error={of.error} retry={of.refetch} />}
      {children(of.data)}
    </>
  );
}
