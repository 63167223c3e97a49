import { call } from "@/api/call";
import type { LogRow } from "@/api/operations";
import { makeWsTicket } from "@/api/operations";

/** What the server tells, as docs/logs.md has it. */
export type LiveEvent =
  | { type: "log"; operation: string; payload: LogRow }
  | { type: "config"; event: string; revision: number }
  | { type: "cluster"; event: string; node: string }
  | { type: "sampled"; sent: number; seen: number }
  | { type: "skipped"; count: number }
  | { type: "gap" }
  | ({ type: "subscribed" } & Place);

/** How far the server has told: up to an event of a numbering. */
export interface Place {
  stream: string;
  seq: number;
}

export type Topic = "log" | "config" | "cluster";
export type Health = "live" | "late" | "stale" | "offline";

export interface Wanted {
  topics: Topic[];
  filter?: Record<string, string[]>;
}

/** How often the server is asked whether it is still there; each asking is answered. */
const beatEvery = 2_500;
const lateAfter = 5_000;
const staleAfter = 30_000;

/**
 * The one WebSocket of the page. What those who listen want is asked of the server as a whole:
 * it filters calls while all want the same ones, else each looks at what comes. After a break it goes on where
 * it was; where the server does not have what was missed any more, everybody is told to fetch it.
 */
export class LiveSocket {
  private socket: WebSocket | null = null;
  private heard = 0;
  private tries = 0;
  private wanted = new Map<object, Wanted>();
  private listeners = new Set<(event: LiveEvent) => void>();
  private resumers = new Set<() => void>();
  private watchers = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private beat: ReturnType<typeof setInterval> | undefined;
  /** The last event of which is known that all before it came. */
  private place: Place | null = null;
  /** The server has said, on this connection, that nothing is missing. */
  private whole = false;
  private running = false;

  start(): void {
    if (this.running) return;
    this.running = true;
    this.beat = setInterval(() => this.tick(), beatEvery);
    void this.open();
  }

  stop(): void {
    this.running = false;
    clearInterval(this.beat);
    clearTimeout(this.timer);
    this.socket?.close();
    this.socket = null;
  }

  health(now = Date.now()): Health {
    if (this.socket?.readyState !== WebSocket.OPEN || !this.whole) return "offline";
    const silent = now - this.heard;
    if (silent > staleAfter) return "stale";
    return silent > lateAfter ? "late" : "live";
  }

  /** When the server was last heard of, 0 for never. */
  heardAt(): number {
    return this.heard;
  }

  /** Asks for topics until what it returns is called. */
  want(wanted: Wanted): () => void {
    const key = {};
    this.wanted.set(key, wanted);
    this.ask();
    return () => {
      this.wanted.delete(key);
      this.ask();
    };
  }

  listen(told: (event: LiveEvent) => void): () => void {
    this.listeners.add(told);
    return () => this.listeners.delete(told);
  }

  /** Tells that events were missed. */
  onResume(resume: () => void): () => void {
    this.resumers.add(resume);
    return () => this.resumers.delete(resume);
  }

  /** Tells whenever health may be another. */
  watch = (changed: () => void): (() => void) => {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  };

  private async open(): Promise<void> {
    if (!this.running) return;
    try {
      const { ticket } = await call(makeWsTicket, {});
      if (!this.running) return;
      const scheme = location.protocol === "https:" ? "wss:" : "ws:";
      const socket = new WebSocket(`${scheme}//${location.host}/ws?ticket=${encodeURIComponent(ticket)}`);
      this.socket = socket;
      socket.onopen = () => this.begin();
      socket.onmessage = (message) => this.receive(String(message.data));
      socket.onclose = () => this.again(socket);
    } catch {
      this.again(null);
    }
  }

  private begin(): void {
    this.tries = 0;
    this.whole = false;
    this.ask(this.place);
  }

  /** Comes again, later each time, and not all browsers at once. */
  private again(from: WebSocket | null): void {
    if (!this.running || this.socket !== from) return;
    this.socket = null;
    this.changed();
    const wait = Math.min(1_000 * 2 ** this.tries++, 15_000) * (0.5 + Math.random() / 2);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.open(), wait);
  }

  private tick(): void {
    this.ask();
    this.changed();
  }

  private ask(resume: Place | null = null): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const all = [...this.wanted.values()];
    const subscribe = [...new Set(all.flatMap((w) => w.topics))];
    const calls = all.filter((w) => w.topics.includes("log"));
    const filters = new Set(calls.map((w) => JSON.stringify(w.filter ?? {})));
    const filter = filters.size === 1 ? calls[0]?.filter : undefined;
    // No topic at all would mean every one.
    this.socket.send(
      JSON.stringify({
        subscribe: subscribe.length ? subscribe : ["none"],
        filter: filter ?? {},
        ...(resume && { resume }),
      }),
    );
  }

  private receive(text: string): void {
    this.heard = Date.now();
    const event = JSON.parse(text) as LiveEvent;
    if (event.type === "gap") for (const resume of this.resumers) resume();
    if (event.type === "subscribed") this.arrived(event);
    for (const told of this.listeners) told(event);
  }

  private arrived({ stream, seq }: Place): void {
    this.place = { stream, seq };
    const wasWhole = this.whole;
    this.whole = true;
    if (!wasWhole) this.changed();
  }

  private changed(): void {
    for (const told of this.watchers) told();
  }
}

export const live = new LiveSocket();
