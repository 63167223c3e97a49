import type { Values } from "@/forms/form";
import { Badge } from "@/parts/badge";
import type { Column } from "@/parts/table";
import { words } from "@/words";

/** Whether an object is in use. */
export const enabled: Column<Values> = {
  id: "enabled",
  title: words.objects.state,
  cell: (of) =>
    of.enabled === false ? (
      <Badge tone="plain">{words.objects.off}</Badge>
    ) : (
      <Badge tone="good">{words.objects.on}</Badge>
    ),
};
