import { defineConfig } from "vite";

// A service worker is one classic script: module workers are not everywhere. It lies beside the bundle.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "src/naoso/ui/static/ui/dist",
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: "web/src/citizen/worker.ts", formats: ["iife"], name: "citizenWorker", fileName: () => "citizen-worker.js" },
  },
});
