import { useState } from "react";
import { words } from "@/words";
import { Button } from "./button";
import { LongText, piece } from "./longtext";

/** Copies a text, which may be made only then, and says that it has. */
export function Copy({ text, label = words.common.copy }: { text: string | (() => string); label?: string }) {
  const [done, setDone] = useState(false);
  return (
    <Button
      kind="quiet"
      onClick={async () => {
        await navigator.clipboard.writeText(typeof text === "string" ? text : text());
        setDone(true);
        setTimeout(() => setDone(false), 1_500);
      }}
    >
      <span aria-live="polite">{done ? words.common.copied : label}</span>
    </Button>
  );
}

/** Text to be copied to a terminal or a program. */
export function Code({ text, label }: { text: string; label: string }) {
  return (
    <div className="relative rounded-md border border-line bg-raised">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section tabIndex={0} aria-label={label} className="overflow-auto p-3 pe-20">
        {text.length > piece ? (
          <LongText mono text={text} />
        ) : (
          <pre className="font-mono text-xs whitespace-pre-wrap">{text}</pre>
        )}
      </section>
      <div className="absolute end-1 top-1">
        <Copy text={text} />
      </div>
    </div>
  );
}
