import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "/static/ui/dist/",
  publicDir: false,
  build: {
    outDir: "src/naoso/ui/static/ui/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { input: "web/src/main.ts" },
  },
  worker: { format: "es" },
  test: {
    environment: "happy-dom",
    include: ["web/src/**/*.test.ts"],
    restoreMocks: true,
  },
});
