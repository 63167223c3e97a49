import { fileURLToPath } from "node:url";
import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const gateway = "http://127.0.0.1:8080";

export default defineConfig({
  base: "/ui/",
  plugins: [react(), tailwind()],
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  build: {
    target: ["chrome123", "firefox128", "safari17.5"],
    // No data URIs and no polyfill: the pages' policy allows neither.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: { "/api": gateway, "/v1": gateway, "/ws": { target: gateway, ws: true } },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"], setupFiles: ["src/test.setup.ts"] },
});
