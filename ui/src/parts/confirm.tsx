import { type ReactNode, useState } from "react";
import { words } from "@/words";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { TextField } from "./field";

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What will be otherwise afterwards. */
  effect: ReactNode;
  action: string;
  /** A name that has to be typed before. */
  name?: string;
  busy?: boolean;
  fault?: ReactNode;
  onConfirm: () => void;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ open, onClose, title, effect, action, name, busy, fault, onConfirm }: Props) {
  const [typed, setTyped] = useState("");
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm();
        }}
      >
        <div>{effect}</div>
        {name !== undefined && (
          <TextField label={words.common.typeName(name)} value={typed} onChange={(e) => setTyped(e.target.value)} />
        )}
        {fault}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="danger" type="submit" disabled={busy || (name !== undefined && typed !== name)}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
