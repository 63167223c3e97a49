var e=[`curl`,`Python`,`Node`];function t(e){return`'${e.replaceAll(`'`,`'\\''`)}'`}function n(e){return e==null?`None`:typeof e==`boolean`?e?`True`:`False`:Array.isArray(e)?`[${e.map(n).join(`, `)}]`:typeof e==`object`?`{${Object.entries(e).map(([e,t])=>`${JSON.stringify(e)}: ${n(t)}`).join(`, `)}}`:JSON.stringify(e)}function r(e,n,r){return[`curl ${e} \\`,`  -H 'Content-Type: application/json' \\`,...r?[`  -H "Authorization: Bearer $ASBRU_KEY" \\`]:[],`  -d ${t(JSON.stringify(n))}`].join(`
`)}function i(e,t,i,a){switch(e){case`curl`:return r(`${t}/v1/chat/completions`,i,a);case`Python`:return`from openai import OpenAI

client = OpenAI(base_url="${t}/v1", api_key="${a?`YOUR_VIRTUAL_KEY`:`none`}")
answer = client.chat.completions.create(
${Object.entries(i).map(([e,t])=>`    ${e}=${n(t)},\n`).join(``)})
print(answer.choices[0].message.content)`;case`Node`:return`import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${t}/v1", apiKey: "${a?`YOUR_VIRTUAL_KEY`:`none`}" });
const answer = await client.chat.completions.create(${JSON.stringify(i,null,2)});
console.log(answer.choices[0].message.content);`}}export{e as n,i as r,r as t};