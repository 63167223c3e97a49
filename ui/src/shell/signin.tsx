import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { call } from "@/api/call";
import { forgetCredentials, keepCsrf, keepToken } from "@/api/credentials";
import { ApiError } from "@/api/error";
import { getSession, getSessionEnabled, login } from "@/api/operations";
import { Button, buttonLook } from "@/parts/button";
import { TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { words } from "@/words";
import { Mark } from "./mark";

const w = words.signIn;

export function SignIn({ expired, onDone }: { expired: boolean; onDone: () => void }) {
  const [error, setError] = useState<ApiError | null>(null);
  const [oidc, setOidc] = useState(false);
  useEffect(() => {
    call(getSessionEnabled, {}).then(
      (can) => setOidc(can.oidc),
      () => setOidc(false), // the forms below say what is wrong
    );
  }, []);

  const attempt = async (how: () => Promise<unknown>) => {
    try {
      await how();
      onDone();
    } catch (reason) {
      if (!(reason instanceof ApiError)) throw reason;
      setError(reason);
    }
  };
  const byPassword = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    void attempt(async () => {
      forgetCredentials();
      const told = await call(login, {
        body: { username: String(form.get("username")), password: String(form.get("password")) },
      });
      keepCsrf(told.csrf_token);
    });
  };
  const byToken = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get("token")).trim();
    void attempt(async () => {
      keepToken(token);
      try {
        await call(getSession, {});
      } catch (reason) {
        forgetCredentials();
        throw reason;
      }
    });
  };
  const back = encodeURIComponent(location.pathname + location.search);
  return (
    <Above>
      <main className="mx-auto flex min-h-full max-w-sm flex-col justify-center gap-6 p-6">
        <div className="flex items-center gap-3">
          <Mark />
          <h1 className="text-xl font-semibold">{expired ? w.again : w.title}</h1>
        </div>
        {error && <Failure error={error} />}
        {oidc && (
          <a className={buttonLook("main")} href={`/api/session/oidc/login?return_to=${back}`}>
            {w.oidc}
          </a>
        )}
        <form className="flex flex-col gap-3" onSubmit={byToken}>
          <TextField label={w.token} name="token" type="password" required autoComplete="off" hint={<TokenHint />} />
          <Button kind="main" type="submit">
            {w.byToken}
          </Button>
        </form>
        <details className="rounded-lg border border-line bg-surface p-3">
          <summary className="min-h-6 font-medium">{w.byPassword}</summary>
          <form className="mt-3 flex flex-col gap-3" onSubmit={byPassword}>
            <TextField label={w.name} name="username" required autoComplete="username" />
            <TextField label={w.password} name="password" type="password" required autoComplete="current-password" />
            <Button type="submit">{w.enter}</Button>
          </form>
        </details>
      </main>
    </Above>
  );
}

/**
 * Stands above all else, a dialog that is open included, and takes the keys. It is no part of
 * the page's own tree: what a dialog hides there would be hidden with it.
 */
function Above({ children }: { children: ReactNode }) {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);
  return createPortal(
    <dialog
      ref={box}
      aria-label={w.title}
      className="m-0 h-full max-h-none w-full max-w-none overflow-auto bg-ground text-ink"
      onCancel={(event) => event.preventDefault()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {children}
    </dialog>,
    document.body,
  );
}

function TokenHint() {
  return (
    <>
      {w.tokenHint} <code className="font-mono">cat asbru-data/admin-token</code>
    </>
  );
}
