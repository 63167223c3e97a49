import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { visible } from "@/lib/format";
import { Dialog } from "@/parts/dialog";
import { words } from "@/words";
import { useObjects } from "./objects";
import { pages } from "./pages";
import { useSession } from "./session";
import { setTheme, themes } from "./theme";

interface Choice {
  title: string;
  hint: string;
  act: () => void;
}

const w = words.palette;

/** Everything by its name: pages, actions, objects, and calls by an id that is pasted. */
export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title={w.title}>
      <Choices onClose={onClose} />
    </Dialog>
  );
}

function useChoices(text: string): Choice[] {
  const navigate = useNavigate();
  const { may, leave } = useSession();
  const sought = text.trim().toLowerCase();
  const objects = useObjects(sought);
  const all: Choice[] = [
    ...pages
      .filter((p) => may(p.needs))
      .map((p) => ({ title: p.title, hint: `g ${p.key}`, act: () => void navigate({ to: p.path } as never) })),
    ...themes.map((t) => ({ title: `${w.theme}: ${words.themes[t]}`, hint: "", act: () => setTheme(t) })),
    { title: words.shell.leave, hint: "", act: () => void leave() },
  ];
  const found = all.filter((c) => c.title.toLowerCase().includes(sought));
  for (const { title, hint, to, search } of objects) {
    found.push({ title: visible(title), hint, act: () => void navigate({ to, search } as never) });
  }
  if (sought.length >= 8 && !sought.includes(" ")) {
    const id = text.trim();
    found.push({
      title: w.call(id),
      hint: "",
      act: () => void navigate({ to: "/calls", search: { request_id: id } } as never),
    });
  }
  return found;
}

function Choices({ onClose }: { onClose: () => void }) {
  const id = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const choices = useChoices(text);
  const take = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    choice.act();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(at + 1, choices.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter") take(choices[at]);
    else return;
    event.preventDefault();
  };
  return (
    <div className="flex flex-col gap-3">
      <input
        role="combobox"
        aria-label={w.label}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={choices[at] ? `${id}-${at}` : undefined}
        // biome-ignore lint/a11y/noAutofocus: it is what the dialog was opened for
        autoFocus
        className="min-h-8 rounded-md border border-edge px-2"
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={id} role="listbox" aria-label={w.title} className="flex max-h-80 flex-col overflow-auto">
        {choices.map((choice, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input has the keys
          <div
            key={`${choice.hint} ${choice.title}`}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === at}
            tabIndex={-1}
            className={`flex cursor-pointer justify-between rounded-md px-2 py-1.5 ${i === at ? "bg-accent-soft" : ""}`}
            onClick={() => take(choice)}
          >
            <span>{choice.title}</span>
            <kbd className="text-xs text-muted">{choice.hint}</kbd>
          </div>
        ))}
      </div>
    </div>
  );
}
