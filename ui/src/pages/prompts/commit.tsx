import { type FormEvent, useState } from "react";
import { createPromptVersion, listPrompts, listPromptVersions, type PromptVersion } from "@/api/operations";
import { useChange } from "@/api/query";
import { differences } from "@/lib/diff";
import { Button } from "@/parts/button";
import { Dialog } from "@/parts/dialog";
import { Differences } from "@/parts/differences";
import { TextField } from "@/parts/field";
import { Failure } from "@/parts/states";
import { say } from "@/parts/toast";
import { words } from "@/words";
import { ContentFields, useContent } from "./content";
import { said } from "./said";

const w = words.prompts;

/** Commits a version of a prompt, which begins as the latest one is. */
export function Commit({
  id,
  latest,
  onClose,
}: {
  id: string;
  latest: PromptVersion | undefined;
  onClose: () => void;
}) {
  const commit = useChange(createPromptVersion, [listPromptVersions, listPrompts]);
  const content = useContent(latest);
  const [message, setMessage] = useState("");
  const body = content.said;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!body) return;
    commit.mutate(
      { path: { id }, body: { ...body, ...(message && { commit_message: message }) } },
      {
        onSuccess: ({ version }) => {
          say(w.committed(version.version_number));
          onClose();
        },
      },
    );
  };
  return (
    <Dialog open onClose={onClose} title={w.commit} sheet wide>
      <form className="flex flex-col gap-3" onSubmit={submit}>
        <ContentFields of={content} error={commit.error} />
        <TextField label={w.message} value={message} onChange={(e) => setMessage(e.target.value)} />
        {latest && body && <Differences of={differences(said(latest), said(body))} />}
        {commit.error && <Failure error={commit.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button kind="main" type="submit" disabled={commit.isPending || !body}>
            {w.commit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
