import { count, percent } from "@/lib/format";
import { words } from "@/words";
import { type Branch, ruleName, type Way, wayName } from "./graph";

const g = words.routing.graph;

// The drawing's measures, in its own units.
const box = { width: 200, height: 30 };
const row = 42;
const head = 24;
const at = [0, 170, 470, 770] as const; // where the columns begin
const callsWidth = 90;
const width = at[3] + box.width;
const longest = 28;

interface Placed {
  branch: Branch;
  y: number;
  /** Candidates in their column, and fallbacks in theirs. */
  candidates: { way: Way; y: number }[];
  fallbacks: { way: Way; y: number }[];
}

/** Each rule has as many rows as it has candidates or fallbacks, and stands in their middle. */
function placed(branches: Branch[]): { all: Placed[]; height: number } {
  let top = head;
  const all = branches.map((branch) => {
    const candidates = branch.ways.filter((way) => way.kind !== "fallback");
    const fallbacks = branch.ways.filter((way) => way.kind === "fallback");
    const rows = Math.max(candidates.length, fallbacks.length, 1);
    const middle = (n: number, i: number) => top + ((rows - n) / 2 + i) * row + row / 2;
    const out = {
      branch,
      y: top + (rows * row) / 2,
      candidates: candidates.map((way, i) => ({ way, y: middle(candidates.length, i) })),
      fallbacks: fallbacks.map((way, i) => ({ way, y: middle(fallbacks.length, i) })),
    };
    top += rows * row;
    return out;
  });
  return { all, height: top };
}

/** The rules as they stand, from left to right; a line is as thick as its share of the calls. */
export function Drawing({ branches, calls }: { branches: Branch[]; calls: number }) {
  const { all, height } = placed(branches);
  const middle = (head + height) / 2;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div className="max-h-[32rem] overflow-auto" tabIndex={0} role="group" aria-label={g.title}>
      <svg
        role="img"
        aria-label={g.label(count(calls))}
        viewBox={`0 0 ${width} ${height}`}
        className="min-w-[50rem] max-w-[70rem] text-xs"
      >
        {g.columns.map((title, i) => (
          <text key={title} x={at[i]} y={12} className="fill-muted">
            {title}
          </text>
        ))}
        {all.map((p) => (
          <Lines key={p.branch.id} of={p} calls={calls} from={middle} />
        ))}
        <Box x={at[0]} y={middle} wide={callsWidth} text={g.all} look="fill-accent-soft stroke-accent" />
        {all.map((p) => (
          <Boxes key={p.branch.id} of={p} />
        ))}
      </svg>
    </div>
  );
}

function Boxes({ of }: { of: Placed }) {
  return (
    <>
      <Box
        x={at[1]}
        y={of.y}
        text={ruleName(of.branch)}
        look={of.branch.id ? "fill-surface stroke-accent" : "fill-raised stroke-edge"}
      />
      {of.candidates.map(({ way, y }) => (
        <Box key={`${way.kind}${way.name}`} x={at[2]} y={y} text={wayName(way)} look={looks[way.kind]} />
      ))}
      {of.fallbacks.map(({ way, y }, i) => (
        <Box key={way.name} x={at[3]} y={y} text={`${i + 1}. ${wayName(way)}`} look={looks.fallback} />
      ))}
    </>
  );
}

const looks: Record<Way["kind"], string> = {
  target: "fill-surface stroke-edge",
  fallback: "fill-surface stroke-edge [stroke-dasharray:4_3]",
  elsewhere: "fill-raised stroke-edge",
  refused: "fill-bad-soft stroke-bad",
};

function Lines({ of, calls, from }: { of: Placed; calls: number; from: number }) {
  const first = of.fallbacks[0];
  return (
    <>
      <Line x={at[0] + callsWidth} y={from} toX={at[1]} toY={of.y} calls={of.branch.calls} all={calls} />
      {of.candidates.map(({ way, y }) => (
        <Line
          key={`${way.kind}${way.name}`}
          x={at[1] + box.width}
          y={of.y}
          toX={at[2]}
          toY={y}
          calls={way.calls}
          all={calls}
        />
      ))}
      {first &&
        of.candidates
          .filter(({ way }) => way.kind === "target")
          .map(({ way, y }, i) => (
            <Line
              key={`fallback${way.name}`}
              x={at[2] + box.width}
              y={y}
              toX={at[3]}
              toY={first.y}
              calls={of.fallbacks.reduce((sum, f) => sum + f.way.calls, 0)}
              all={calls}
              dashed
              bare={i > 0}
            />
          ))}
      {of.fallbacks.slice(1).map(({ way, y }) => (
        <line
          key={way.name}
          x1={at[3] + box.width / 2}
          x2={at[3] + box.width / 2}
          y1={y - row + box.height / 2}
          y2={y - box.height / 2}
          className="stroke-edge [stroke-dasharray:4_3]"
        />
      ))}
    </>
  );
}

interface LineProps {
  x: number;
  y: number;
  toX: number;
  toY: number;
  calls: number;
  all: number;
  dashed?: boolean;
  /** Nothing stands at it. */
  bare?: boolean;
}

/** A line from box to box; its share of all calls stands at its end. */
function Line({ x, y, toX, toY, calls, all, dashed = false, bare = false }: LineProps) {
  const share = all ? calls / all : 0;
  const half = (toX - x) / 2;
  return (
    <>
      <path
        d={`M ${x} ${y} C ${x + half} ${y}, ${toX - half} ${toY}, ${toX} ${toY}`}
        strokeWidth={1 + 7 * share}
        className={`fill-none ${share > 0 ? "stroke-series-1" : "stroke-edge"} ${dashed ? "[stroke-dasharray:4_3]" : ""}`}
      />
      {share > 0 && !bare && (
        <text
          x={toX - 6}
          y={toY - 6}
          textAnchor="end"
          className="fill-ink [paint-order:stroke] stroke-surface stroke-[3px]"
        >
          {g.share(percent(share), count(calls))}
        </text>
      )}
    </>
  );
}

function Box({
  x,
  y,
  text,
  look,
  wide = box.width,
}: {
  x: number;
  y: number;
  text: string;
  look: string;
  wide?: number;
}) {
  const shown = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return (
    <g>
      <title>{text}</title>
      <rect x={x + 0.5} y={y - box.height / 2} width={wide - 1} height={box.height} rx={6} className={look} />
      <text x={x + 8} y={y + 4} className="fill-ink">
        {shown}
      </text>
    </g>
  );
}
