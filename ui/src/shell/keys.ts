import { useEffect, useRef } from "react";

// Single letters can be switched off, for those whose speech or hand types them by accident
// (WCAG 2.1.4).
const kept = "asbru.keys";

export function lettersOn(): boolean {
  return localStorage.getItem(kept) !== "off";
}

export function setLetters(on: boolean): void {
  if (on) localStorage.removeItem(kept);
  else localStorage.setItem(kept, "off");
}

/** What takes letters itself. */
const written = "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]";

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest(written) !== null;
}

/** Letters that begin pairs. What stands behind one is no letter by itself, for whatever listens. */
const leads = new Set(["g"]);

/** How long the second letter of a pair may take. */
const pairWithin = 1_200;

/**
 * Does what the keys say: "mod+k", "/", "?", or a pair such as "g o". Nothing happens while
 * somebody writes, but for those with mod.
 */
export function useKeys(map: Record<string, () => void>): void {
  const latest = useRef(map);
  latest.current = map;
  useEffect(() => {
    let before = "";
    let since = 0;
    const onKey = (event: KeyboardEvent) => {
      const mod = event.metaKey || event.ctrlKey;
      const letterless = mod || event.key === "Escape";
      if (event.altKey || event.defaultPrevented || (!letterless && (typing(event.target) || !lettersOn()))) return;
      const key = mod ? `mod+${event.key.toLowerCase()}` : event.key;
      const pair = event.timeStamp - since < pairWithin ? `${before} ${key}` : "";
      const act = latest.current[pair] ?? (pair && leads.has(before) ? undefined : latest.current[key]);
      before = act ? "" : key;
      since = event.timeStamp;
      if (act) {
        event.preventDefault();
        act();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
