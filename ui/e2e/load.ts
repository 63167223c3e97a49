import { Agent, request } from "node:http";
import type { Gateway } from "./gateway";

/** Makes so many calls a second of a model, until what it returns is called; that says how many were answered. */
export function keepCalling(gateway: Gateway, model: string, perSecond: number): () => number {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const body = JSON.stringify({ model, messages: [{ role: "user", content: "hello" }] });
  const began = Date.now();
  let made = 0;
  let answered = 0;
  const timer = setInterval(() => {
    for (const due = ((Date.now() - began) * perSecond) / 1_000; made < due; made++) {
      const call = request(`${gateway.url}/v1/chat/completions`, { method: "POST", agent }, (response) => {
        response.resume().on("end", () => answered++);
      });
      call.setHeader("Content-Type", "application/json");
      call.on("error", () => {}); // it is none of those that were answered
      call.end(body);
    }
  }, 10);
  return () => {
    clearInterval(timer);
    agent.destroy();
    return answered;
  };
}
