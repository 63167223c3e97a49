import type { Said } from "./content";

/** What two versions may differ in. */
export function said(v: Said | undefined): Record<string, unknown> {
  return v
    ? {
        model: v.model || undefined,
        provider: v.provider || undefined,
        model_params: v.model_params,
        messages: v.messages,
      }
    : {};
}
