import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { languages, snippet } from "./snippets";

const body = {
  model: "mock/mock",
  messages: [{ role: "user", content: `it's "quoted" $HOME \`x\`` }],
  stream: true,
  stop: null,
};

it("curl's body survives the shell", () => {
  const command = snippet("curl", "http://127.0.0.1:8080", body, false).replace(/^curl/, "printf '%s\\n'");
  const said = execFileSync("sh", ["-c", command], { encoding: "utf8" }).trim().split("\n");
  expect(JSON.parse(said.at(-1) ?? "")).toEqual(body);
});

it("Python's library is given what it does not know by another way", () => {
  const text = snippet("Python", "http://127.0.0.1:8080", { ...body, prompt: { id: "greeting" } }, false);
  expect(text).toContain('    extra_body={"prompt": {"id": "greeting"}},');
  expect(text).not.toContain("    prompt=");
});

it("Python has its own words for true and null", () => {
  const text = snippet("Python", "http://127.0.0.1:8080", body, false);
  expect(text).toContain("stream=True,");
  expect(text).toContain("stop=None,");
});

it("where a key is needed it says where to put it", () => {
  for (const language of languages) expect(snippet(language, "", body, true)).toMatch(/ASBRU_KEY|YOUR_VIRTUAL_KEY/);
});
