var e=[`curl`,`Python`,`Node`];function t(e){return`'${e.replaceAll(`'`,`'\\''`)}'`}function n(e){return e==null?`None`:typeof e==`boolean`?e?`True`:`False`:Array.isArray(e)?`[${e.map(n).join(`, `)}]`:typeof e==`object`?`{${Object.entries(e).map(([e,t])=>`${JSON.stringify(e)}: ${n(t)}`).join(`, `)}}`:JSON.stringify(e)}function r(e,r,i,a){switch(e){case`curl`:return[`curl ${r}/v1/chat/completions \\`,`  -H 'Content-Type: application/json' \\`,...a?[`  -H "Authorization: Bearer $ASBRU_KEY" \\`]:[],`  -d ${t(JSON.stringify(i))}`].join(`
`);case`Python`:return`from openai import OpenAI

client = OpenAI(base_url="${r}/v1", api_key="${a?`YOUR_VIRTUAL_KEY`:`none`}")
answer = client.chat.completions.create(
${Object.entries(i).map(([e,t])=>`    ${e}=${n(t)},\n`).join(``)})
print(answer.choices[0].message.content)`;case`Node`:return`import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${r}/v1", apiKey: "${a?`YOUR_VIRTUAL_KEY`:`none`}" });
const answer = await client.chat.completions.create(${JSON.stringify(i,null,2)});
console.log(answer.choices[0].message.content);`}}export{r as n,e as t};