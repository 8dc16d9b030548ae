import { defineConfig } from 'vite';
import react from '@vitejs/plugin-react';

// Stable names (no content hash), no source maps: the output is committed beside the server's code.
export default defineConfig({
  plugins: [react()],
  base: './',
  worker: {
    format: 'es',
    rollupOptions: { output: { entryFileNames: 'worker-[name].js', chunkFileNames: 'worker-[name].js' } },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    sourcemap: false,
    target: 'es2022',
    rollupOptions: {
      input: 'src/main.jsx',
      output: {
        entryFileNames: 'graphiql.js',
        chunkFileNames: 'part-[name].js',
        assetFileNames: '[name][extname]',
      },
    },
  },
});
