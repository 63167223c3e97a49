import type { ApiError } from "@/api/error";

/** What the server says is wrong with a field: its faults name places of the body, as body.budget.max_limit. */
export function faultAt(error: ApiError | null, field: string): string | undefined {
  return error?.faults.find((f) => f.path === field || f.path?.endsWith(`.${field}`))?.message;
}
