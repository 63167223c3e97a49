import { listReportSchedules } from "@/api/operations";
import { Panel } from "@/parts/panel";
import { Page } from "@/shell/page";
import { useSession } from "@/shell/session";
import { words } from "@/words";
import { OverTime } from "./overtime";
import { usual } from "./query";
import { Schedules } from "./schedules";
import { Spend } from "./spend";

/** What was spent, by whom, and who is told? */
export default function Reports() {
  const { may } = useSession();
  return (
    <Page title={words.pages.reports} range usualRange={usual}>
      <Spend />
      <OverTime />
      {may(listReportSchedules.id) && (
        <Panel title={words.reports.schedules}>
          <Schedules />
        </Panel>
      )}
    </Page>
  );
}
