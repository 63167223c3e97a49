import { type FormEvent, useState } from "react";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { TextField } from "@/parts/field";
import type { Search } from "@/shell/search";
import { words } from "@/words";
import { forgetView, keepView, views } from "./views";

const w = words.calls.views;

/** The views of this browser: one is opened, the page of now is kept as another. */
export function ViewMenu({ search, open }: { search: Search; open: (search: Search) => void }) {
  const [kept, setKept] = useState(views);
  const [shown, setShown] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    if (!name) return;
    setKept(keepView(name, search));
    setShown(false);
  };
  return (
    <>
      <Button onClick={() => setShown(true)}>{w.title}</Button>
      <Dialog open={shown} onClose={() => setShown(false)} title={w.title}>
        <ul className="mb-4 flex flex-col gap-1">
          {kept.map((view) => (
            <li key={view.name} className="flex gap-2">
              <Button
                className="flex-1 justify-start"
                onClick={() => {
                  open(view.search);
                  setShown(false);
                }}
              >
                {view.name}
              </Button>
              <Button kind="quiet" aria-label={w.forget(view.name)} onClick={() => setKept(forgetView(view.name))}>
                ✕
              </Button>
            </li>
          ))}
        </ul>
        <form className="flex items-end gap-2" onSubmit={submit}>
          <div className="flex-1">
            <TextField label={w.name} name="name" hint={w.hint} maxLength={80} />
          </div>
          <Button kind="main" type="submit" className="mb-5">
            {w.keep}
          </Button>
        </form>
      </Dialog>
    </>
  );
}
