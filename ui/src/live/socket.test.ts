import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type LiveEvent, LiveSocket } from "./socket";

/** A WebSocket whose server is the test. */
class Fake {
  static OPEN = 1;
  static all: Fake[] = [];
  readyState = 0;
  sent: Record<string, unknown>[] = [];
  onopen = () => {};
  onmessage = (_: { data: string }) => {};
  onclose = () => {};
  constructor(readonly url: string) {
    Fake.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  say(event: unknown) {
    this.onmessage({ data: JSON.stringify(event) });
  }
  breaks() {
    this.readyState = 3;
    this.onclose();
  }
}

let live: LiveSocket;

/** The next connection, once it is asked for. */
async function connection(n: number): Promise<Fake> {
  await vi.advanceTimersByTimeAsync(20_000);
  const socket = Fake.all[n];
  if (!socket) throw new Error("no connection was asked for");
  return socket;
}

beforeEach(() => {
  vi.useFakeTimers();
  Fake.all = [];
  vi.stubGlobal("WebSocket", Fake);
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify({ ticket: "t" }))));
  live = new LiveSocket();
  live.start();
});
afterEach(() => {
  live.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the live connection", () => {
  it("is live once the server has said how far it has told, late and stale by its silence", async () => {
    const socket = await connection(0);
    socket.open();
    expect(live.health()).toBe("offline");
    socket.say({ type: "subscribed", stream: "a", seq: 7 });
    expect(live.health()).toBe("live");
    expect(live.health(Date.now() + 6_000)).toBe("late");
    expect(live.health(Date.now() + 31_000)).toBe("stale");
  });

  it("goes on after a break behind the last event that it is sure of", async () => {
    const resumed = vi.fn();
    const told: LiveEvent[] = [];
    live.onResume(resumed);
    live.listen((event) => told.push(event));
    live.want({ topics: ["config"] });
    const first = await connection(0);
    first.open();
    expect(first.sent.at(-1)).not.toHaveProperty("resume");
    first.say({ type: "subscribed", stream: "a", seq: 7 });
    first.breaks();
    expect(live.health()).toBe("offline");

    const second = await connection(1);
    second.open();
    expect(second.sent.at(-1)).toEqual({ subscribe: ["config"], filter: {}, resume: { stream: "a", seq: 7 } });
    second.say({ type: "config", seq: 8, event: "changed", revision: 2 });
    second.say({ type: "subscribed", stream: "a", seq: 8 });
    expect(told.some((event) => event.type === "config")).toBe(true);
    expect(resumed).not.toHaveBeenCalled();
    expect(live.health()).toBe("live");
  });

  it("has all fetched anew where the server has a gap", async () => {
    const resumed = vi.fn();
    live.onResume(resumed);
    const first = await connection(0);
    first.open();
    first.say({ type: "subscribed", stream: "a", seq: 7 });
    first.breaks();
    const second = await connection(1);
    second.open();
    second.say({ type: "gap" });
    second.say({ type: "subscribed", stream: "b", seq: 1 });
    expect(resumed).toHaveBeenCalledTimes(1);
    second.breaks();
    const third = await connection(2);
    third.open();
    expect(third.sent.at(-1)).toMatchObject({ resume: { stream: "b", seq: 1 } });
  });
});
