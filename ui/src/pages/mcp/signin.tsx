import { useEffect, useRef } from "react";
import { beginMcpSignIn, completeMcpSignIn, listMcpClients, revokeOauthConfig } from "@/api/operations";
import { useChange } from "@/api/query";
import type { Values } from "@/forms/form";
import { Button } from "@/parts/button";
import { say } from "@/parts/toast";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";

const w = words.mcp;

/** Signs the gateway in at a server that asks for it, and out. */
export function SignIn({ of, id }: { of: Values; id: string }) {
  const { may } = useSession();
  const begin = useChange(beginMcpSignIn, [listMcpClients]);
  const out = useChange(revokeOauthConfig, [listMcpClients]);
  if (of.auth_type !== "oauth" || !may(beginMcpSignIn.id)) return null;
  const wanted = of.state === "sign_in_required";
  return (
    <>
      <Button
        kind={wanted ? "main" : "quiet"}
        disabled={begin.isPending}
        onClick={() =>
          begin.mutate(
            { path: { id } },
            { onSuccess: (done) => leave(done.authorize_url), onError: (e) => say(e.message, e.code) },
          )
        }
      >
        {wanted ? w.signIn : w.signInAnew}
      </Button>
      {!wanted && (
        <Button
          kind="quiet"
          disabled={out.isPending}
          onClick={() => out.mutate({ path: { id } }, { onError: (e) => say(e.message, e.code) })}
        >
          {w.signOut}
        </Button>
      )}
    </>
  );
}

/** Takes the browser to an authorization server. */
function leave(address: string) {
  if (/^https?:/.test(address)) window.location.assign(address);
}

/** Brings a sign-in to its end when the browser comes back from it. */
export function useSignedIn() {
  const [search, set] = useUrl();
  const { client = "", signed_in: how = "" } = search;
  const complete = useChange(completeMcpSignIn, [listMcpClients]);
  const ended = useRef(false);
  useEffect(() => {
    if (!client || !how || ended.current) return;
    ended.current = true;
    const done = () => say(w.signedIn(client));
    if (how === "complete-oauth") {
      complete.mutate({ path: { id: client } }, { onSuccess: done, onError: (e) => say(e.message, e.code) });
    } else {
      done();
    }
    set({ client: "", signed_in: "" }, { replace: true });
  }, [client, how, complete.mutate, set]);
}
