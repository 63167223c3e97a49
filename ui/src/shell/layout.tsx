import { Menu } from "@base-ui/react/menu";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { Button, buttonLook } from "@/parts/button";
import { Skeleton } from "@/parts/states";
import { Toasts } from "@/parts/toast";
import { words } from "@/words";
import { KeyHelp } from "./keyhelp";
import { useKeys } from "./keys";
import { pages } from "./pages";
import { Palette } from "./palette";
import { Pill } from "./pill";
import { Rail } from "./rail";
import { useSession } from "./session";
import { setTheme, themes } from "./theme";
import { Upgrade } from "./upgrade";

const item = "cursor-pointer rounded-md px-3 py-1 data-highlighted:bg-accent-soft";

const Account = lazy(() => import("./account"));

function You() {
  const { who, leave } = useSession();
  const [account, setAccount] = useState(false);
  return (
    <>
      <Menu.Root>
        <Menu.Trigger className={buttonLook("quiet")}>{who.name}</Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner sideOffset={4} align="end" className="z-30">
            <Menu.Popup className="min-w-44 rounded-lg border border-line bg-surface p-1 shadow-xl">
              <p className="px-3 py-1 text-xs text-muted">{words.roles[who.role]}</p>
              {themes.map((t) => (
                <Menu.Item key={t} className={item} onClick={() => setTheme(t)}>
                  {words.themes[t]}
                </Menu.Item>
              ))}
              {who.kind === "person" && (
                <Menu.Item className={item} onClick={() => setAccount(true)}>
                  {words.shell.account}
                </Menu.Item>
              )}
              <Menu.Item className={item} onClick={() => void leave()}>
                {words.shell.leave}
              </Menu.Item>
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
      {account && (
        <Suspense>
          <Account onClose={() => setAccount(false)} />
        </Suspense>
      )}
    </>
  );
}

export function Layout() {
  const navigate = useNavigate();
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  useKeys({
    "mod+k": () => setPalette(true),
    "?": () => setHelp(true),
    "/": () => document.querySelector<HTMLElement>("[data-filter]")?.focus(),
    y: () => void navigator.clipboard.writeText(location.href),
    ...Object.fromEntries(pages.map((p) => [`g ${p.key}`, () => void navigate({ to: p.path } as never)])),
  });
  return (
    <div className="flex h-full">
      <a href="#main" className="sr-only focus:not-sr-only focus:fixed focus:z-50 focus:bg-surface focus:p-2">
        {words.shell.skip}
      </a>
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col">
        <Upgrade />
        <header className="flex items-center justify-end gap-2 border-b border-line bg-surface px-4 py-1.5">
          <Pill />
          <Button kind="quiet" onClick={() => setPalette(true)}>
            {words.palette.title} <kbd className="rounded border border-line px-1 font-mono text-xs text-muted">⌘K</kbd>
          </Button>
          <Button kind="quiet" aria-label={words.keys.title} onClick={() => setHelp(true)}>
            ?
          </Button>
          <You />
        </header>
        <main id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col overflow-y-auto p-4 outline-none">
          <Suspense fallback={<Skeleton />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Palette open={palette} onClose={() => setPalette(false)} />
      <KeyHelp open={help} onClose={() => setHelp(false)} />
      <Toasts />
    </div>
  );
}
