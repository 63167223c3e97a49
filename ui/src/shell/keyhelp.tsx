import { useState } from "react";
import { Dialog } from "@/parts/dialog";
import { Facts } from "@/parts/panel";
import { words } from "@/words";
import { lettersOn, setLetters } from "./keys";
import { pages } from "./pages";

/** The list of keys, and the switch for those that are single letters. */
export function KeyHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [on, setOn] = useState(lettersOn);
  const key = (k: string) => <kbd className="rounded border border-line bg-raised px-1 font-mono text-xs">{k}</kbd>;
  return (
    <Dialog open={open} onClose={onClose} title={words.keys.title}>
      <div className="flex flex-col gap-4">
        <label className="flex min-h-6 items-center gap-2">
          <input
            type="checkbox"
            className="size-4"
            checked={on}
            onChange={(e) => {
              setLetters(e.target.checked);
              setOn(e.target.checked);
            }}
          />
          {words.keys.letters}
        </label>
        <Facts
          of={[
            ...words.keys.list.map(([name, k]): [string, React.ReactNode] => [name, key(k)]),
            ...pages.map((p): [string, React.ReactNode] => [p.title, key(`g ${p.key}`)]),
          ]}
        />
      </div>
    </Dialog>
  );
}
