var e=[`curl`,`Python`,`Node`];function t(e){return`'${e.replaceAll(`'`,`'\\''`)}'`}function n(e){return e==null?`None`:typeof e==`boolean`?e?`True`:`False`:Array.isArray(e)?`[${e.map(n).join(`, `)}]`:typeof e==`object`?`{${Object.entries(e).map(([e,t])=>`${JSON.stringify(e)}: ${n(t)}`).join(`, `)}}`:JSON.stringify(e)}function r(e,n,r){return[`curl ${e} \\`,`  -H 'Content-Type: application/json' \\`,...r?[`  -H "Authorization: Bearer $ASBRU_KEY" \\`]:[],`  -d ${t(JSON.stringify(n))}`].join(`
`)}var i={prompt:!0,fallbacks:!0};function a(e,t,a,o){switch(e){case`curl`:return r(`${t}/v1/chat/completions`,a,o);case`Python`:{let e=Object.entries(a).filter(([e])=>!(e in i)),r=Object.entries(a).filter(([e])=>e in i),s=r.length?[...e,[`extra_body`,Object.fromEntries(r)]]:e;return`from openai import OpenAI

client = OpenAI(base_url="${t}/v1", api_key="${o?`YOUR_VIRTUAL_KEY`:`none`}")
answer = client.chat.completions.create(
${s.map(([e,t])=>`    ${e}=${n(t)},\n`).join(``)})
print(answer.choices[0].message.content)`}case`Node`:return`import OpenAI from "openai";

const client = new OpenAI({ baseURL: "${t}/v1", apiKey: "${o?`YOUR_VIRTUAL_KEY`:`none`}" });
const answer = await client.chat.completions.create(${JSON.stringify(a,null,2)});
console.log(answer.choices[0].message.content);`}}export{e as n,a as r,r as t};