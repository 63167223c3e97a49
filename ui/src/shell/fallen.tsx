import { ApiError } from "@/api/error";
import { Button } from "@/parts/button";
import { Failure } from "@/parts/states";
import { words } from "@/words";
import { Page } from "./page";

/** A page's files cannot be had: the server has others by now, or is away. */
class Gone extends Error {}

/** Loads a page. That it cannot be had is said where it should be: the router would load all anew, typed text and all. */
export function orGone<T>(load: () => Promise<T>): () => Promise<T> {
  return () =>
    load().catch((reason: unknown) => {
      throw new Gone("the page cannot be loaded", { cause: reason });
    });
}

/** Loads all anew, if the server is there: else the browser would show its own page. */
function reload(): void {
  void fetch("/ui/").then(
    (response) => response.ok && location.reload(),
    () => {}, // what is said stands there still
  );
}

/** What stands where a page fell over: the rest of the UI goes on. */
export function Fallen({ error }: { error: unknown }) {
  return (
    <Page title={words.errors.page}>
      {error instanceof Gone ? (
        <div role="alert" className="flex flex-col items-start gap-2 rounded-lg border border-dashed border-line p-6">
          <p>{words.errors.gone}</p>
          <Button onClick={reload}>{words.shell.reload}</Button>
        </div>
      ) : (
        <Failure
          error={error instanceof ApiError ? error : new ApiError(0, "page_failed", String(error), "")}
          retry={reload}
        />
      )}
    </Page>
  );
}
