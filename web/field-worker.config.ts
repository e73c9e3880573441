import { defineConfig } from "vite";

// The field officer's worker, as one classic script beside the bundle.
export default defineConfig({
  publicDir: false,
  build: {
    outDir: "src/naoso/ui/static/ui/dist",
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: "web/src/field/worker.ts", formats: ["iife"], name: "fieldWorker", fileName: () => "field-worker.js" },
  },
});
