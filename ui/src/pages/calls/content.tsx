import { useMemo, useState } from "react";
import { getConfig, type LogContent, type LogRow } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { visible } from "@/lib/format";
import { Code } from "@/parts/copy";
import { LongText } from "@/parts/longtext";
import { Tabs } from "@/parts/tabs";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { Raw } from "./raw";
import { type Message, parsed, type Said, saidInAnswer, saidInRequest, type Tool } from "./said";
import { type Keeping, whyUnkept } from "./unkept";

const w = words.calls.content;

type Tab = "messages" | "tools" | "raw";

/** The messages of a call, in both directions, and its tools. */
function saidIn(of: LogContent): Said {
  const request = parsed(of.request.text);
  const answer = parsed(of.response.text);
  const asked = request ? saidInRequest(request) : { messages: [], tools: [] };
  return { ...asked, messages: [...asked.messages, ...(answer ? saidInAnswer(answer).messages : [])] };
}

/** What was said in a call: as messages where they are understood, and as it was sent. */
export function Content({ of }: { of: LogContent }) {
  const { messages, tools } = useMemo(() => saidIn(of), [of]);
  const [chosen, choose] = useState<Tab | null>(null);
  const tab = chosen ?? (messages.length ? "messages" : "raw");
  return (
    <>
      <Tabs<Tab>
        label={w.title}
        tabs={{ messages: w.messages(messages.length), tools: w.tools(tools.length), raw: w.raw }}
        chosen={tab}
        onChoose={choose}
      />
      {tab === "messages" && <Messages of={messages} />}
      {tab === "tools" && <Tools of={tools} />}
      {tab === "raw" && (
        <>
          <Raw title={w.request} of={of.request} />
          <Raw title={w.answer} of={of.response} />
        </>
      )}
    </>
  );
}

function Messages({ of }: { of: Message[] }) {
  if (of.length === 0) return <p className="text-muted">{w.noMessages}</p>;
  return (
    <ol className="flex flex-col gap-2">
      {of.map((message, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: messages have no name, and never move
        <li key={i} className="flex flex-col gap-1 rounded-md bg-raised p-2">
          <strong className="text-xs text-muted">{visible(message.role)}</strong>
          <LongText text={message.text} />
        </li>
      ))}
    </ol>
  );
}

function Tools({ of }: { of: Tool[] }) {
  if (of.length === 0) return <p className="text-muted">{w.noTools}</p>;
  return of.map((tool) => (
    <details key={tool.name} className="rounded-md bg-raised p-2">
      <summary className="min-h-6">
        <code className="font-mono">{visible(tool.name)}</code> {visible(tool.description)}
      </summary>
      <LongText mono text={JSON.stringify(tool.schema, null, 2)} />
    </details>
  ));
}

/** Says why there is nothing to read. */
export function Unkept({ row }: { row: LogRow }) {
  const { may } = useSession();
  const config = useAnswer(getConfig, {}, { enabled: may(getConfig.id) });
  const why = config.data ? whyUnkept(row, (config.data.config ?? {}) as Keeping, Date.now()) : null;
  return <p className="text-muted">{why ?? w.unkept}</p>;
}

/** A command that makes the call again. */
export function Command({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="min-h-6 w-max text-muted">{w.asCurl}</summary>
      {open && <Code text={text} label={w.asCurl} />}
    </details>
  );
}
