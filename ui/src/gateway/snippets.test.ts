import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { snippet } from "./snippets";

const asked = { model: "mock/mock", prompt: `it's "quoted" $HOME \`x\`` };

it("curl's body survives the shell", () => {
  const command = snippet("curl", "http://127.0.0.1:8080", asked).replace(/^curl/, "printf '%s\\n'");
  const said = execFileSync("sh", ["-c", command], { encoding: "utf8" }).trim().split("\n");
  expect(JSON.parse(said.at(-1) ?? "")).toEqual({
    model: "mock/mock",
    messages: [{ role: "user", content: asked.prompt }],
  });
});

it("a virtual key is never written out", () => {
  for (const language of ["curl", "Python", "Node"] as const) {
    const text = snippet(language, "http://127.0.0.1:8080", { ...asked, key: "sk-secret" });
    expect(text).not.toContain("sk-secret");
    expect(text).toMatch(/ASBRU_KEY|YOUR_VIRTUAL_KEY/);
  }
});
