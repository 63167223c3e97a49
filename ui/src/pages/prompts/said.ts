import type { PromptVersion } from "@/api/operations";

/** What two versions may differ in. */
export function said(v: PromptVersion | undefined): Record<string, unknown> {
  return v ? { model: v.model, provider: v.provider, model_params: v.model_params, messages: v.messages } : {};
}
