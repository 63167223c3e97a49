import { afterEach, expect, it, vi } from "vitest";
import { call, letIn, whenStranger } from "./call";
import { listNodes } from "./operations";

afterEach(() => vi.unstubAllGlobals());

it("a refusal of who asked before the sign-in does not ask for another one", async () => {
  const answers: ((r: Response) => void)[] = [];
  vi.stubGlobal("fetch", () => new Promise<Response>((answer) => answers.push(answer)));
  const stranger = vi.fn();
  whenStranger(stranger);
  const refused = () => new Response(JSON.stringify({ error: { code: "session_required" } }), { status: 401 });

  const before = call(listNodes, {}).catch(() => {});
  letIn();
  answers[0]?.(refused());
  await before;
  expect(stranger).not.toHaveBeenCalled();

  const after = call(listNodes, {}).catch(() => {});
  answers[1]?.(refused());
  await after;
  expect(stranger).toHaveBeenCalledOnce();
});
