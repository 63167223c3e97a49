import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { call, letIn, whenStranger } from "@/api/call";
import { forgetCredentials, keepCsrf } from "@/api/credentials";
import { ApiError } from "@/api/error";
import { getSession, logout, type SessionTold } from "@/api/operations";
import { queryClient } from "@/api/query";
import { live } from "@/live/socket";
import { Failure, Skeleton } from "@/parts/states";
import { SignIn } from "./signin";

interface Signed {
  who: SessionTold;
  may: (operation: string) => boolean;
  leave: () => Promise<void>;
}

/** How often it is looked whether the session still is one, on pages that ask nothing else. */
const looksEvery = 30_000;

const Context = createContext<Signed | null>(null);

export function useSession(): Signed {
  const signed = useContext(Context);
  if (!signed) throw new Error("there is no session here");
  return signed;
}

/**
 * Knows who is signed in. While nobody is, it shows the sign-in; over a page whose session
 * has ended, so that what was written there is still there afterwards.
 */
export function Session({ children }: { children: ReactNode }) {
  const [who, setWho] = useState<SessionTold | null>(null);
  const [stranger, setStranger] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [asked, setAsked] = useState(0);

  useEffect(() => whenStranger(() => setStranger(true)), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked says that it is to be asked anew
  useEffect(() => {
    call(getSession, {})
      .then((told) => {
        letIn();
        keepCsrf(told.csrf_token);
        setWho(told);
        setStranger(false);
        setError(null);
        live.start();
        void queryClient.invalidateQueries();
      })
      .catch((reason: unknown) => {
        if (reason instanceof ApiError && reason.status !== 401) setError(reason);
      });
  }, [asked]);

  // Asking is enough: what is refused comes to whenStranger.
  const signed = who !== null && !stranger;
  useEffect(() => {
    if (!signed) return;
    const look = () => void (document.hidden || call(getSession, {}).catch(() => {}));
    const timer = setInterval(look, looksEvery);
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [signed]);

  const again = () => setAsked((n) => n + 1);
  const leave = async () => {
    if (who?.kind === "person") await call(logout, {});
    live.stop();
    forgetCredentials();
    queryClient.clear();
    location.assign("/ui/");
  };
  return (
    <>
      {who && (
        <Context value={{ who, may: (operation) => who.may?.[operation] !== undefined, leave }}>
          <div inert={stranger} className="h-full">
            {children}
          </div>
        </Context>
      )}
      {stranger && <SignIn expired={who !== null} onDone={again} />}
      {!who && !stranger && (
        <main className="mx-auto max-w-md p-8">{error ? <Failure error={error} retry={again} /> : <Skeleton />}</main>
      )}
    </>
  );
}
