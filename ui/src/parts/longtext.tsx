import { useState } from "react";
import { exact, visible } from "@/lib/format";
import { words } from "@/words";
import { Button } from "./button";

/** How many characters are drawn at first: more than a screen, and little for a browser to lay out. */
const first = 20_000;

/** Text of somebody else, as text: its marks are written out, and of a very long one more is drawn when asked for. */
export function LongText({ text, mono = false }: { text: string; mono?: boolean }) {
  const [shown, setShown] = useState(first);
  return (
    <>
      <p dir="auto" className={`whitespace-pre-wrap wrap-anywhere ${mono ? "font-mono text-xs" : ""}`}>
        {visible(text.slice(0, shown))}
      </p>
      {text.length > shown && (
        <Button kind="quiet" className="self-start" onClick={() => setShown(shown * 4)}>
          {words.common.more(exact(text.length - shown))}
        </Button>
      )}
    </>
  );
}
