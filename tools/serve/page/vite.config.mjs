import { fileURLToPath, URL } from 'node:url'
import { defineConfig } from 'vite'

/** Builds the tester's page to where its server looks for it. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  logLevel: 'warn',
  build: {
    outDir: fileURLToPath(new URL('../../../dist/tools/serve/public', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 800,
    modulePreload: { polyfill: false }
  }
})
