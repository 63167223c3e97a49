import { Link } from "@tanstack/react-router";
import {
  acknowledgeAlert,
  listAlertChannels,
  listAlertRules,
  listAlerts,
  listDeadWebhooks,
  patchConfig,
  testAlertChannel,
} from "@/api/operations";
import { useAnswer, useChange } from "@/api/query";
import { ago, dateTime, visible } from "@/lib/format";
import { Badge, type Tone } from "@/parts/badge";
import { Button, buttonLook } from "@/parts/button";
import { Panel } from "@/parts/panel";
import { Empty, Shown } from "@/parts/states";
import { Table } from "@/parts/table";
import { say } from "@/parts/toast";
import { Page } from "@/shell/page";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { Silences } from "./silences";
import { Webhooks } from "./webhooks";

const w = words.alerts;
const tones: Record<string, Tone> = { firing: "bad", pending: "warn", resolved: "good" };

/** What woke someone, and why? */
export default function Alerts() {
  const { may } = useSession();
  const alerts = useAnswer(listAlerts, { query: { limit: 100 } }, { every: 5_000 });
  const rules = useAnswer(listAlertRules, {});
  const channels = useAnswer(listAlertChannels, {});
  const acknowledge = useChange(acknowledgeAlert, [listAlerts]);
  const test = useChange(testAlertChannel, []);
  return (
    <Page title={words.pages.alerts}>
      <Panel title={w.now}>
        <Shown of={alerts}>
          {(data) =>
            data.alerts?.length ? (
              <Table
                caption={w.now}
                rows={data.alerts}
                rowKey={(a) => a.id}
                columns={[
                  {
                    id: "state",
                    title: w.state,
                    cell: (a) => <Badge tone={tones[a.state] ?? "plain"}>{w.states[a.state]}</Badge>,
                  },
                  { id: "rule", title: w.rule, cell: (a) => visible(a.rule) },
                  { id: "summary", title: w.summary, cell: (a) => visible(a.summary) },
                  {
                    id: "since",
                    title: w.since,
                    cell: (a) => <span title={dateTime(a.started_at)}>{ago(a.started_at)}</span>,
                  },
                  {
                    id: "do",
                    title: words.objects.actions,
                    end: true,
                    cell: (a) =>
                      a.acknowledged_by
                        ? w.acknowledgedBy(visible(a.acknowledged_by))
                        : a.state === "firing" &&
                          may(acknowledgeAlert.id) && (
                            <Button onClick={() => acknowledge.mutate({ path: { id: a.id } })}>{w.acknowledge}</Button>
                          ),
                  },
                ]}
              />
            ) : (
              <Empty why={w.none} />
            )
          }
        </Shown>
      </Panel>
      <Panel title={w.rules} side={may(patchConfig.id) && <Edit />}>
        <Shown of={rules}>
          {(data) => (
            <Table
              caption={w.rules}
              rows={data.rules ?? []}
              rowKey={(r) => r.name}
              columns={[
                { id: "name", title: w.rule, cell: (r) => visible(r.name) },
                { id: "severity", title: w.severity, cell: (r) => r.severity },
                { id: "what", title: w.what, cell: (r) => [r.type, ...(r.subjects ?? [])].join(" · ") },
                { id: "from", title: w.from, cell: (r) => (r.built_in ? w.builtIn : w.ownRule) },
                {
                  id: "to",
                  title: w.channels,
                  cell: (r) => (r.channels?.length ? r.channels.join(", ") : w.allChannels),
                },
              ]}
            />
          )}
        </Shown>
      </Panel>
      <Silences rules={(rules.data?.rules ?? []).map((r) => r.name)} />
      <Panel title={w.channels}>
        <Shown of={channels}>
          {(data) =>
            data.channels?.length ? (
              <Table
                caption={w.channels}
                rows={data.channels}
                rowKey={(c) => c.name}
                columns={[
                  { id: "name", title: w.channel, cell: (c) => visible(c.name) },
                  { id: "type", title: w.what, cell: (c) => c.type },
                  { id: "from", title: w.severity, cell: (c) => w.from2(c.min_severity) },
                  {
                    id: "do",
                    title: words.objects.actions,
                    end: true,
                    cell: (c) =>
                      may(testAlertChannel.id) && (
                        <Button
                          disabled={test.isPending}
                          onClick={() =>
                            test.mutate(
                              { path: { name: c.name } },
                              {
                                onSuccess: (done) => say(done.sent ? w.sent(c.name) : w.notSent(c.name), done.reason),
                                onError: (e) => say(e.message, e.code),
                              },
                            )
                          }
                        >
                          {w.test}
                        </Button>
                      ),
                  },
                ]}
              />
            ) : (
              <Empty why={w.noChannels} />
            )
          }
        </Shown>
      </Panel>
      {may(listDeadWebhooks.id) && <Webhooks />}
    </Page>
  );
}

/** Rules and channels are a section of the configuration. */
function Edit() {
  return (
    <Link to={"/settings" as never} search={{ section: "alerts" } as never} className={buttonLook()}>
      {w.edit}
    </Link>
  );
}
