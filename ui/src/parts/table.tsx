import type { ReactNode } from "react";

export interface Column<Row> {
  id: string;
  title: string;
  cell: (row: Row) => ReactNode;
  end?: boolean;
}

interface Props<Row> {
  caption: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Cells begin at the top: for such as have many lines. */
  top?: boolean;
}

/** A table of some dozens of rows; long lists are a Grid. Words are not broken: it scrolls where they want more room. */
export function Table<Row>({ caption, columns, rows, rowKey, top = false }: Props<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="overflow-x-auto" tabIndex={0} aria-label={caption}>
      <table className="w-full border-collapse text-start wrap-break-word">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            {columns.map((c) => (
              <th key={c.id} scope="col" className={`px-2 py-1.5 font-medium ${c.end ? "text-end" : "text-start"}`}>
                {c.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className="border-b border-line last:border-0 hover:bg-raised">
              {columns.map((c) => (
                <td key={c.id} className={`px-2 py-1.5 ${top ? "align-top" : ""} ${c.end ? "text-end" : ""}`}>
                  {c.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
