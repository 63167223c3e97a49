import { visible } from "@/lib/format";
import { useKeys } from "@/shell/keys";
import { useUrl } from "@/shell/search";
import { words } from "@/words";
import { excluded, type ListFilter, toggled, withMetadata } from "./filter";

const look = "min-h-6 text-start underline decoration-dotted underline-offset-2 hover:text-accent";

/** A value of a call that calls can be filtered by. Who clicks it asks for it, or does so no more. */
export function Value({ by, value, title = value }: { by: ListFilter; value: string; title?: string }) {
  const [search, set] = useUrl();
  return (
    <button
      type="button"
      data-by={by}
      data-value={value}
      title={words.calls.facets.filterBy}
      className={look}
      onClick={() => set(toggled(search, by, value))}
    >
      {visible(title)}
    </button>
  );
}

/** A value that the caller gave along. Who clicks it asks for the calls that have the same. */
export function Given({ name, value }: { name: string; value: string }) {
  const [, set] = useUrl();
  return (
    <button
      type="button"
      title={words.calls.facets.filterBy}
      className={look}
      onClick={() => set(withMetadata(name, value))}
    >
      {visible(value)}
    </button>
  );
}

/** The value that has the focus: what is marked with data-by and data-value. */
function focused(): { by: ListFilter; value: string } | null {
  const { by, value } = document.activeElement?.closest<HTMLElement>("[data-by]")?.dataset ?? {};
  return by && value !== undefined ? { by: by as ListFilter, value } : null;
}

/** Has f ask for the value that has the focus, and x leave it out. */
export function useValueKeys(): void {
  const [search, set] = useUrl();
  const change = (how: typeof toggled) => () => {
    const at = focused();
    if (at) set(how(search, at.by, at.value));
  };
  useKeys({ f: change(toggled), x: change(excluded) });
}
