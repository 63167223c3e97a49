/** A place in a text of several lines; the first column is 1. */
export interface Place {
  line: string;
  column: number;
}

/** Where in an expression a fault is that the server has found, as it says at the fault's end. */
export function placeOf(fault: string, expression: string): Place | null {
  const said = /\(line (\d+), column (\d+) of the expression\)/.exec(fault);
  const line = expression.split("\n")[Number(said?.[1]) - 1];
  if (!said || line === undefined) return null;
  return { line, column: Math.max(1, Math.min(Number(said[2]), line.length + 1)) };
}
