// Where the suites' calls go, and what the provider got of them.

import assert from "node:assert/strict";

export const gateway = process.env.GATEWAY_URL;
export const key = process.env.GATEWAY_KEY;
const upstream = process.env.UPSTREAM_URL;

// Straight to the mock, without the gateway: then a library can only be used
// with its own provider, and models have no provider in front.
export const direct = process.env.SUITE_DIRECT === "1";

export const chat = {
  openai: "gpt-5-mini",
  anthropic: "claude-sonnet-4-6",
  gemini: "gemini-2.5-flash",
  custom: "llama-4",
};
export const thinking = {
  openai: "gpt-5",
  anthropic: "claude-opus-4-6",
  gemini: "gemini-3-flash-preview",
  custom: "gpt-oss",
};
export const embedding = {
  openai: "text-embedding-3-small",
  gemini: "gemini-embedding-001",
  custom: "nomic-embed-text",
};
/** Those that count tokens; for the others the gateway estimates. */
export const counting = ["anthropic", "gemini"];

export const greeting = "Grüezi, wie gaht's? 你好 from the mock.";
export const weather = "Paris has 21 degrees, Oslo has 9.";
export const vector = [0.5, -0.25, 0.125, 0.0625];
export const picture =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
export const person = {
  type: "object",
  properties: { name: { type: "string" }, age: { type: "integer" } },
  required: ["name", "age"],
  additionalProperties: false,
};
export const city = {
  type: "object",
  properties: { city: { type: "string", description: "the city's name" } },
  required: ["city"],
};

/** The providers whose models the library of provider `own` is tried with. */
export function providers(own, among = chat) {
  const all = Object.keys(among);
  return direct ? all.filter((name) => name === own) : all;
}

/** The provider's chat model, or its model `name`, as the gateway calls it. */
export function model(provider, name = chat[provider]) {
  return direct ? name : `${provider}/${name}`;
}

/** A model that always fails: `limited` with 429, `denied` with 401, `forbidden` with 403. */
export function faulty(fault, provider, caller) {
  return direct ? fault : `${fault}-${provider}-${caller}/${fault}`;
}

/** What the models that think say that they thought. */
export const thoughtOf = (text) => `The user wants an answer to: ${text}`;

/** The newest request gave the provider back what it had signed. */
export async function assertSigned(provider, marker) {
  const { json } = await recorded(marker);
  if (provider === "anthropic") {
    const block = json.messages[1].content[0];
    assert.ok(block.thinking && block.signature);
  }
  if (provider === "gemini") {
    const call = json.contents[1].parts.find((part) => part.functionCall);
    assert.ok(call.thoughtSignature && call.thoughtSignature !== "skip_thought_signature_validator");
  }
}

/** The newest request with `marker` in its body, as the provider got it. */
export async function recorded(marker) {
  const answer = await fetch(`${upstream}/recorded?marker=${encodeURIComponent(marker)}`);
  if (!answer.ok) throw new Error(await answer.text());
  const request = await answer.json();
  return { ...request, json: JSON.parse(request.body) };
}
