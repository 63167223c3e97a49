import type { Page } from "playwright-core";

/** How smoothly a page ran for a while. */
export interface Smoothness {
  /** The longest task of the main thread, in milliseconds on the clock, and how many took more than 100. */
  longest: number;
  over100: number;
  /** The same in its processor time: on a busy machine the rest is waiting for a processor. */
  longestWork: number;
  workOver100: number;
  /** Frames a second, and the longest time between two. */
  frames: number;
  gap: number;
  /** The share of the time for which the main thread worked. */
  busy: number;
}

/** A task in a trace: microseconds on the clock, and of its thread's processor time. */
interface Traced {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
  args?: { name?: string };
}

/** The processor time of each task of a page's main thread, in milliseconds. */
function workOf(trace: Buffer): number[] {
  const { traceEvents: events } = JSON.parse(trace.toString()) as { traceEvents: Traced[] };
  const mains = events.filter((e) => e.name === "thread_name" && e.args?.name === "CrRendererMain");
  const isMain = (e: Traced) => mains.some((m) => m.pid === e.pid && m.tid === e.tid);
  return events
    .filter((e) => e.name.endsWith("RunTask") && e.tdur !== undefined && isMain(e))
    .map((e) => (e.tdur ?? 0) / 1_000);
}

/** Looks on while something happens on a page. */
export async function watched(page: Page, happens: () => Promise<unknown>): Promise<Smoothness> {
  const browser = page.context().browser();
  await browser?.startTracing(page, { categories: ["toplevel", "__metadata"] });
  await page.evaluate(() => {
    const seen = { tasks: [] as number[], frames: [] as number[], over: false };
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) seen.tasks.push(task.duration);
    }).observe({ type: "longtask" });
    const frame = (at: number) => {
      seen.frames.push(at);
      if (!seen.over) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    Object.assign(window, { seen });
  });
  const began = Date.now();
  await happens();
  const took = (Date.now() - began) / 1_000;
  const work = browser ? workOf(await browser.stopTracing()) : [];
  const { tasks, frames } = await page.evaluate(() => {
    const { seen } = window as unknown as { seen: { tasks: number[]; frames: number[]; over: boolean } };
    seen.over = true;
    return seen;
  });
  const gaps = frames.slice(1).map((at, i) => at - (frames[i] ?? at));
  return {
    longest: Math.max(0, ...tasks),
    over100: tasks.filter((t) => t > 100).length,
    longestWork: Math.max(0, ...work),
    workOver100: work.filter((t) => t > 100).length,
    frames: frames.length / took,
    gap: Math.max(0, ...gaps),
    busy: work.reduce((sum, ms) => sum + ms, 0) / 1_000 / took,
  };
}
