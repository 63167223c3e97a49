import { useState } from "react";
import { exact, visible } from "@/lib/format";
import { words } from "@/words";
import { Button } from "./button";

/** How many characters are drawn at first: more than a screen, and little for a browser to lay out. */
export const piece = 20_000;
/** How many pieces more are drawn when asked for. */
const step = 5;

/**
 * Text of somebody else, as text: its marks are written out, and of a very long one more is drawn when asked for.
 * It stands in pieces, of which a browser lays out those that are seen: a line of megabytes is none to lay out whole.
 */
export function LongText({ text, mono = false }: { text: string; mono?: boolean }) {
  const [pieces, setPieces] = useState(1);
  const shown = Math.min(pieces * piece, text.length);
  return (
    <>
      {Array.from({ length: Math.max(1, Math.ceil(shown / piece)) }, (_, i) => (
        <p
          // biome-ignore lint/suspicious/noArrayIndexKey: a piece is what stands at its place
          key={i}
          dir="auto"
          className={`[content-visibility:auto] [contain-intrinsic-height:auto_40rem] whitespace-pre-wrap wrap-anywhere ${mono ? "font-mono text-xs" : ""}`}
        >
          {visible(text.slice(i * piece, (i + 1) * piece))}
        </p>
      ))}
      {text.length > shown && (
        <Button kind="quiet" className="self-start" onClick={() => setPieces(pieces + step)}>
          {words.common.more(exact(text.length - shown))}
        </Button>
      )}
    </>
  );
}
