import { getConfig, getVersion } from "@/api/operations";
import { useAnswer } from "@/api/query";
import { differences } from "@/lib/diff";
import { Differences } from "@/parts/differences";
import { Failure, Skeleton } from "@/parts/states";
import { words } from "@/words";

/**
 * What a revision has changed, against the one before; or what it would change of the newest.
 * Secrets show their last characters, so that one that has changed may look the same.
 */
export function VersionDiff({ revision, against = "parent" }: { revision: number; against?: "parent" | "newest" }) {
  const asked = useAnswer(getVersion, { path: { revision } });
  const version = asked.data?.revision === revision ? asked.data : undefined;
  const hasParent = against === "parent" && (version?.parent ?? 0) > 0;
  const parent = useAnswer(getVersion, { path: { revision: version?.parent ?? 0 } }, { enabled: hasParent });
  const newest = useAnswer(getConfig, {}, { enabled: against === "newest" });
  const error = asked.error ?? (hasParent ? parent.error : null) ?? newest.error;
  if (error) return <Failure error={error} retry={asked.refetch} />;
  const base = against === "newest" ? newest.data?.config : hasParent ? parent.data?.config : {};
  if (!version || base === undefined) return <Skeleton />;
  return (
    <>
      <Differences of={differences(base, version.config)} />
      {against === "parent" && (
        <details>
          <summary className="min-h-6 w-max text-muted">{words.versions.whole}</summary>
          <pre className="max-h-96 overflow-auto rounded-md bg-raised p-3 font-mono text-xs whitespace-pre-wrap">
            {JSON.stringify(version.config, null, 2)}
          </pre>
        </details>
      )}
    </>
  );
}
