import { useState } from "react";
import { listKnownModels, syncPricing } from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { count } from "@/lib/format";
import { Badge } from "@/parts/badge";
import { Button } from "@/parts/button";
import { TextField } from "@/parts/field";
import { Grid } from "@/parts/grid";
import { Shown } from "@/parts/states";
import { say } from "@/parts/toast";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { price } from "./price";
import { ModelSheet } from "./sheet";

const w = words.models;

/** What may be called, at what price? */
export default function Models() {
  const [search, set] = useUrl();
  const { may } = useSession();
  const [text, setText] = useState(search.query ?? "");
  const asked = useAnswer(listKnownModels, { query: { limit: 1_000, ...(search.query && { query: search.query }) } });
  const sync = useChange(syncPricing, [listKnownModels]);
  return (
    <Page
      title={words.pages.models}
      actions={
        may(syncPricing.id) && (
          <Button
            disabled={sync.isPending}
            onClick={() =>
              sync.mutate({} as never, { onSuccess: () => say(w.synced), onError: (e) => say(e.message, e.code) })
            }
          >
            {w.sync}
          </Button>
        )
      }
    >
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          set({ query: text.trim() });
        }}
      >
        <TextField label={w.search} value={text} onChange={(e) => setText(e.target.value)} data-filter />
        <Button type="submit">{w.find}</Button>
      </form>
      <Shown of={asked}>
        {(data) => (
          <>
            <p className="text-muted">{w.total(data.total)}</p>
            <Grid
              label={words.pages.models}
              rows={data.models ?? []}
              total={data.total}
              rowKey={(m) => `${m.provider}/${m.name}`}
              opened={search.open}
              onOpen={(m) => set({ open: `${m.provider}/${m.name}` }, { replace: true })}
              columns={[
                { id: "name", width: "minmax(12rem,2fr)", title: w.name, cell: (m) => m.name },
                { id: "provider", width: "minmax(6rem,1fr)", title: w.provider, cell: (m) => m.provider },
                { id: "window", width: "6rem", title: w.window, end: true, cell: (m) => count(m.context_window) },
                { id: "out", width: "8rem", title: w.output, end: true, cell: (m) => count(m.max_output_tokens) },
                {
                  id: "in",
                  width: "11rem",
                  title: w.inputPrice,
                  end: true,
                  // A price that is not known is no price of nothing.
                  cell: (m) =>
                    m.input_price === undefined ? <Badge tone="warn">{w.unknown}</Badge> : price(m.input_price),
                },
                {
                  id: "cached",
                  width: "6rem",
                  title: w.cachedPrice,
                  end: true,
                  cell: (m) => price(m.cache_read_price),
                },
                {
                  id: "price",
                  width: "6rem",
                  title: w.outputPrice,
                  end: true,
                  cell: (m) => price(m.output_price),
                },
                { id: "can", width: "minmax(10rem,2fr)", title: w.can, cell: (m) => (m.can ?? []).join(", ") },
              ]}
            />
          </>
        )}
      </Shown>
      <ModelSheet of={search.open} onClose={() => set({ open: "" }, { replace: true })} />
    </Page>
  );
}
