import { useEffect, useState } from "react";
import { live } from "@/live/socket";
import { Button } from "@/parts/button";
import { words } from "@/words";

const entry = new URL(import.meta.url).pathname;

/** Whether the server has pages of another version by now: its page names another script. */
async function isOld(): Promise<boolean> {
  const response = await fetch("/ui/", { headers: { Accept: "text/html" } });
  return response.ok && !(await response.text()).includes(entry.slice(entry.lastIndexOf("/") + 1));
}

/** Says so in a tab that is older than the server. */
export function Upgrade() {
  const [old, setOld] = useState(false);
  useEffect(() => {
    if (import.meta.env.DEV) return;
    const look = () => void isOld().then(setOld, () => {}); // unreachable: it looks again after the next break
    const gone = () => setOld(true);
    addEventListener("vite:preloadError", gone);
    const stop = live.onResume(look);
    return () => {
      removeEventListener("vite:preloadError", gone);
      stop();
    };
  }, []);
  if (!old) return null;
  return (
    <div role="alert" className="flex items-center justify-center gap-3 bg-warn-soft px-4 py-1.5 text-warn">
      {words.shell.upgraded}
      <Button onClick={() => location.reload()}>{words.shell.reload}</Button>
    </div>
  );
}
