// One build for all pages. Names carry no digest: the server names a version in front of them (pages.py).
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import { defineConfig } from 'vite';

const PAGES = ['board'];

export default defineConfig({
  base: './',
  plugins: [{ ...optimizeLocales.vite({ locales: ['en-US', 'fr-FR', 'de-DE', 'it-IT'] }), enforce: 'pre' }],
  html: { cspNonce: '{nonce}' },
  build: {
    outDir: '../src/estafette/edge/console/built',
    emptyOutDir: true,
    target: 'es2023',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    license: { fileName: 'licences.md' },
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: Object.fromEntries(PAGES.map((page) => [page, `${page}.html`])),
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', assetFileNames: '[name][extname]' },
    },
  },
});
