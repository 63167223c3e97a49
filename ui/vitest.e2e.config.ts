import { defineConfig } from "vitest/config";

// The pages in a browser, against the built program. One file after another: they share two cores.
export default defineConfig({
  test: {
    environment: "node",
    include: ["e2e/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
