import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { words } from "@/words";
import type { Column } from "./table";

const rowHeight = 30;

/** How far a key goes in a list of so many rows; 0 for keys that go nowhere. */
function stepOf(key: string, rows: number): number {
  const steps: Record<string, number> = { j: 1, k: -1, PageDown: 20, PageUp: -20, Home: -rows, End: rows };
  if (key === "ArrowDown") return 1;
  if (key === "ArrowUp") return -1;
  return steps[key] ?? 0;
}

interface Props<Row> {
  label: string;
  columns: (Column<Row> & { width: string })[];
  rows: readonly Row[];
  /** How many there are in all, as far as that is known. */
  total?: number;
  rowKey: (row: Row) => string;
  opened?: string | undefined;
  onOpen: (row: Row) => void;
  /** Asks for more rows, behind the last. */
  onEnd?: () => void;
  /** Told when the reader leaves the top, or is back there. */
  onAway?: (away: boolean) => void;
}

/** A list of any length: it draws the rows that are seen. Keys: arrows, j, k, Home, End, Enter. */
export function Grid<Row>({ label, columns, rows, total, rowKey, opened, onOpen, onEnd, onAway }: Props<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    getItemKey: (i) => rowKey(rows[i] as Row),
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - 20) onEnd?.();
  }, [last, rows.length, onEnd]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = stepOf(event.key, rows.length);
    const row = rows[active];
    if (step !== 0 && !event.metaKey && !event.ctrlKey) {
      const next = Math.max(0, Math.min(active + step, rows.length - 1));
      setActive(next);
      virtual.scrollToIndex(next);
      if (opened && rows[next]) onOpen(rows[next]);
    } else if (event.key === "Enter" && row) {
      onOpen(row);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const template = { gridTemplateColumns: columns.map((c) => c.width).join(" ") };
  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={(total ?? rows.length) + 1}
      aria-colcount={columns.length}
      aria-activedescendant={rows[active] ? `row-${rowKey(rows[active])}` : undefined}
      tabIndex={0}
      className="relative min-h-0 flex-1 overflow-auto rounded-lg border border-line bg-surface"
      onKeyDown={onKeyDown}
      onScroll={(event) => onAway?.(event.currentTarget.scrollTop > rowHeight)}
    >
      <div className="min-w-max">
        <div
          role="row"
          aria-rowindex={1}
          tabIndex={-1}
          className="sticky top-0 z-10 grid border-b border-line bg-raised text-xs text-muted"
          style={template}
        >
          {columns.map((c) => (
            <div
              key={c.id}
              role="columnheader"
              tabIndex={-1}
              className={`px-2 py-1.5 font-medium ${c.end ? "text-end" : ""}`}
            >
              {c.title}
            </div>
          ))}
        </div>
        <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index] as Row;
            const key = rowKey(row);
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid has the keys
              <div
                key={item.key}
                id={`row-${key}`}
                role="row"
                tabIndex={-1}
                aria-rowindex={item.index + 2}
                aria-selected={key === opened}
                className={`absolute inset-x-0 grid cursor-pointer items-center border-b border-line ${key === opened ? "bg-accent-soft" : "hover:bg-raised"} ${item.index === active ? "shadow-[inset_3px_0_0_var(--color-accent)]" : ""}`}
                style={{ ...template, height: rowHeight, transform: `translateY(${item.start}px)` }}
                onClick={() => {
                  setActive(item.index);
                  onOpen(row);
                }}
              >
                {columns.map((c) => (
                  <div key={c.id} role="gridcell" tabIndex={-1} className={`truncate px-2 ${c.end ? "text-end" : ""}`}>
                    {c.cell(row)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {rows.length === 0 && <p className="p-6 text-muted">{words.common.nothing}</p>}
    </div>
  );
}
