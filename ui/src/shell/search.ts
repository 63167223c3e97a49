import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

export type Search = Record<string, string>;

/** What the URL says behind its ?, and a way to change some of it; "" takes away. */
export function useUrl(): [Search, (change: Search, options?: { replace?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const set = useCallback(
    (change: Search, options: { replace?: boolean } = {}) => {
      void navigate({
        to: ".",
        replace: options.replace ?? false,
        search: (before: Search) => {
          const next = { ...before, ...change };
          for (const name of Object.keys(next)) if (!next[name]) delete next[name];
          return next;
        },
      } as never);
    },
    [navigate],
  );
  return [search, set];
}

export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

/** Writes a search so that people can read it: what need not be escaped there is not. */
export function stringifySearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  const text = query
    .toString()
    .replaceAll("%2C", ",")
    .replaceAll("%2F", "/")
    .replaceAll("%3A", ":")
    .replaceAll("%21", "!");
  return text ? `?${text}` : "";
}
