import { defineConfig } from "vitest/config";

// What the pages cost, for docs/performance.md. It is no test: nothing here fails for being slow.
export default defineConfig({
  test: { environment: "node", include: ["e2e/figures.ts"], testTimeout: 600_000, hookTimeout: 120_000 },
});
