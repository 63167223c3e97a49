import { useState } from "react";
import { type PluginTrial, testPlugin } from "@/api/operations";
import { useChange } from "@/api/query";
import { duration, visible } from "@/lib/format";
import { Badge, type Tone } from "@/parts/badge";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { TextArea } from "@/parts/field";
import { LongText } from "@/parts/longtext";
import { Facts } from "@/parts/panel";
import { Failure } from "@/parts/states";
import { words } from "@/words";

const w = words.plugins;

const tones: Record<PluginTrial["verdict"], Tone> = {
  passed: "good",
  answered: "good",
  refused: "warn",
  failed: "bad",
};

/** Tries a plugin on a sample of a call. */
export function Trial({ id, onClose }: { id: string; onClose: () => void }) {
  const test = useChange(testPlugin, []);
  const [text, setText] = useState("");
  const request = parsed(text);
  return (
    <Dialog open onClose={onClose} title={w.test(visible(id))} wide>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          test.mutate({ path: { id }, body: request === null ? {} : { request } });
        }}
      >
        <TextArea
          label={w.request}
          hint={w.requestHint}
          rows={4}
          className="font-mono text-xs"
          value={text}
          fault={request === undefined ? words.forms.noJson : undefined}
          onChange={(e) => setText(e.target.value)}
        />
        <div>
          <Button kind="main" type="submit" disabled={test.isPending || request === undefined}>
            {w.run}
          </Button>
        </div>
        {test.error && <Failure error={test.error} />}
        {test.data && <Result of={test.data} />}
      </form>
    </Dialog>
  );
}

/** What was typed, null for nothing, and undefined for what is no JSON. */
function parsed(text: string): unknown {
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function Result({ of }: { of: PluginTrial }) {
  const asJson = (value: unknown) =>
    value === undefined ? words.common.noneYet : <LongText mono text={JSON.stringify(value, null, 2)} />;
  return (
    <div role="status" className="flex flex-col gap-3">
      <p>
        <Badge tone={tones[of.verdict]}>{w.verdicts[of.verdict]}</Badge>{" "}
        {visible(of.error ? `${of.error.status} ${of.error.code}: ${of.error.message}` : (of.last_error ?? ""))}
      </p>
      <Facts
        of={[
          ...(of.points ?? []).map((p): [string, string] => [p.point, duration(p.p99_ms)]),
          [w.notes, visible((of.notes ?? []).join(", "))],
          [w.asked, asJson(of.request)],
          [w.answered, asJson(of.response)],
        ]}
      />
    </div>
  );
}
