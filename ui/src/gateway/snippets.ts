export const languages = ["curl", "Python", "Node"] as const;
export type Language = (typeof languages)[number];

/** The body of a call of /v1/chat/completions. */
export type Body = { model: string; messages: { role: string; content: unknown }[] } & Record<string, unknown>;

/** Quotes a text for a POSIX shell. */
function shell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Writes a value of JSON as Python does. */
function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([k, v]) => `${JSON.stringify(k)}: ${python(v)}`)
      .join(", ")}}`;
  return JSON.stringify(value);
}

/** A command that posts a body; the key is taken from the environment. */
export function curl(url: string, body: unknown, hasKey: boolean): string {
  return [
    `curl ${url} \\`,
    `  -H 'Content-Type: application/json' \\`,
    ...(hasKey ? [`  -H "Authorization: Bearer $ASBRU_KEY" \\`] : []),
    `  -d ${shell(JSON.stringify(body))}`,
  ].join("\n");
}

/** Members that the gateway knows and OpenAI's library for Python takes by another way only. */
const beyondPython = { prompt: true, fallbacks: true };

/** The same call as a program would make it. What the key is stands nowhere, only that there is one. */
export function snippet(language: Language, origin: string, body: Body, hasKey: boolean): string {
  switch (language) {
    case "curl":
      return curl(`${origin}/v1/chat/completions`, body, hasKey);
    case "Python": {
      const known = Object.entries(body).filter(([name]) => !(name in beyondPython));
      const beyond = Object.entries(body).filter(([name]) => name in beyondPython);
      const members: [string, unknown][] = beyond.length
        ? [...known, ["extra_body", Object.fromEntries(beyond)]]
        : known;
      return `from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key="${hasKey ? "YOUR_VIRTUAL_KEY" : "none"}")
answer = client.chat.completions.create(
${members.map(([name, value]) => `    ${name}=${python(value)},\n`).join("")})
print(answer.choices[0].message.content)`;
    }
    case "Node":
      return `import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${origin}/v1", apiKey: "${hasKey ? "YOUR_VIRTUAL_KEY" : "none"}" });
const answer = await client.chat.completions.create(${JSON.stringify(body, null, 2)});
console.log(answer.choices[0].message.content);`;
  }
}
