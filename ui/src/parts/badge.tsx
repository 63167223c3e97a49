import type { ReactNode } from "react";

export type Tone = "good" | "warn" | "bad" | "plain";

const tones: Record<Tone, string> = {
  good: "text-good",
  warn: "text-warn bg-warn-soft",
  bad: "text-bad bg-bad-soft",
  plain: "text-muted bg-raised",
};
// Shapes differ, too: colour is never alone.
const marks: Record<Tone, string> = { good: "●", warn: "▲", bad: "■", plain: "○" };

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center gap-1 rounded-full px-1.5 text-xs font-medium whitespace-nowrap ${tones[tone]}`}
    >
      <span aria-hidden="true" className="text-[0.6rem]">
        {marks[tone]}
      </span>
      {children}
    </span>
  );
}
