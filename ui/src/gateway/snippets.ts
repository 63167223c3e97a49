import type { Asked } from "./chat";

export const languages = ["curl", "Python", "Node"] as const;
export type Language = (typeof languages)[number];

/** Quotes a text for a POSIX shell. */
function shell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The same call as a program would make it. */
export function snippet(language: Language, origin: string, { model, prompt, key }: Asked): string {
  const messages = [{ role: "user", content: prompt }];
  const [name, text] = [JSON.stringify(model), JSON.stringify(prompt)];
  switch (language) {
    case "curl":
      return [
        `curl ${origin}/v1/chat/completions \\`,
        `  -H 'Content-Type: application/json' \\`,
        ...(key ? [`  -H "Authorization: Bearer $ASBRU_KEY" \\`] : []),
        `  -d ${shell(JSON.stringify({ model, messages }))}`,
      ].join("\n");
    case "Python":
      return `from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${key ? "YOUR_VIRTUAL_KEY" : "none"}")
answer = client.chat.completions.create(
    model=${name},
    messages=[{"role": "user", "content": ${text}}],
)
print(answer.choices[0].message.content)`;
    case "Node":
      return `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${origin}/v1", apiKey: "${key ? "YOUR_VIRTUAL_KEY" : "none"}" });
const answer = await client.chat.completions.create({
  model: ${name},
  messages: [{ role: "user", content: ${text} }],
});
console.log(answer.choices[0].message.content);`;
  }
}
