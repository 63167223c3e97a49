import { Link } from "@tanstack/react-router";
import { useState } from "react";
import {
  createFolder,
  createPrompt,
  createPromptVersion,
  deletePrompt,
  listFolders,
  listLogs,
  listPrompts,
  listPromptVersions,
  type Prompt,
  type ShownFolder,
  updatePrompt,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { visible } from "@/lib/format";
import { Button, buttonLook } from "@/parts/button";
import { Confirm } from "@/parts/confirm";
import { Panel } from "@/parts/panel";
import { Empty, Failure, Shown } from "@/parts/states";
import { Page } from "@/shell/page";
import { useUrl } from "@/shell/search";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { withMetadata } from "../calls/filter";
import { Commit } from "./commit";
import { Drafts } from "./drafts";
import { EditPrompt } from "./edit";
import { EditFolder, Folders } from "./folders";
import { Version } from "./version";

const w = words.prompts;

/** Which prompt is live, what changed? */
export default function Prompts() {
  const [search, set] = useUrl();
  const { may } = useSession();
  const [making, setMaking] = useState<"prompt" | "folder" | null>(null);
  const asked = useAnswer(listPrompts, { query: { limit: 200 } });
  const folders = useAnswer(listFolders, {}).data?.folders ?? [];
  const close = () => setMaking(null);
  return (
    <Page
      title={words.pages.prompts}
      actions={
        <>
          {may(createFolder.id) && <Button onClick={() => setMaking("folder")}>{w.makeFolder}</Button>}
          {may(createPrompt.id) && (
            <Button kind="main" onClick={() => setMaking("prompt")}>
              {w.make}
            </Button>
          )}
        </>
      }
    >
      {making === "prompt" && <EditPrompt folders={folders} onClose={close} onDone={(id) => set({ open: id })} />}
      {making === "folder" && <EditFolder onClose={close} />}
      <Shown of={asked}>
        {(data) => {
          const prompts = data.prompts ?? [];
          if (prompts.length === 0 && folders.length === 0) return <Empty why={w.none} />;
          const opened = prompts.find((p) => p.id === search.open) ?? prompts[0];
          return (
            <div className="grid items-start gap-4 lg:grid-cols-[20rem_1fr]">
              <Panel title={w.prompts}>
                <Folders
                  folders={folders}
                  prompts={prompts}
                  opened={opened?.id}
                  onOpen={(id) => set({ open: id }, { replace: true })}
                />
              </Panel>
              {opened && <Opened key={opened.id} of={opened} folders={folders} />}
            </div>
          );
        }}
      </Shown>
    </Page>
  );
}

function Opened({ of, folders }: { of: Prompt; folders: ShownFolder[] }) {
  const { may } = useSession();
  const [doing, setDoing] = useState<"commit" | "edit" | "remove" | null>(null);
  const asked = useAnswer(listPromptVersions, { path: { id: of.id } });
  const remove = useChange(deletePrompt, [listPrompts, listFolders]);
  const versions = asked.data?.versions ?? [];
  const close = () => setDoing(null);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <Panel
        title={visible(of.name)}
        side={
          <span className="flex flex-wrap gap-2">
            {may(listLogs.id) && (
              <Link to={"/calls" as never} search={withMetadata("prompt", of.name) as never} className={buttonLook()}>
                {w.calls}
              </Link>
            )}
            {may(createPromptVersion.id) && asked.data && (
              <Button onClick={() => setDoing("commit")}>{w.commit}</Button>
            )}
            {may(updatePrompt.id) && <Button onClick={() => setDoing("edit")}>{w.edit}</Button>}
            {may(deletePrompt.id) && (
              <Button kind="quiet" onClick={() => setDoing("remove")}>
                {w.remove}
              </Button>
            )}
          </span>
        }
      >
        <Shown of={asked}>
          {() =>
            versions.length === 0 ? (
              <Empty why={w.noVersions} />
            ) : (
              versions.map((v, i) => <Version key={v.id} prompt={of} of={v} before={versions[i + 1]} />)
            )
          }
        </Shown>
      </Panel>
      {asked.data && <Drafts id={of.id} latest={versions[0]} />}
      {doing === "commit" && <Commit id={of.id} latest={versions[0]} onClose={close} />}
      {doing === "edit" && <EditPrompt of={of} folders={folders} onClose={close} />}
      {doing === "remove" && (
        <Confirm
          open
          onClose={close}
          title={words.objects.removeTitle(visible(of.name))}
          effect={w.removeEffect}
          action={words.objects.remove}
          name={of.name}
          busy={remove.isPending}
          fault={remove.error && <Failure error={remove.error} />}
          onConfirm={() => remove.mutate({ path: { id: of.id } }, { onSuccess: close })}
        />
      )}
    </div>
  );
}
