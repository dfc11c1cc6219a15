// A build for the board with its kit and one for each plain page: they share no file. Names carry no digest: the
// server names a version in front of them (pages.py).
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import { defineConfig } from 'vite';

const BOARD = { board: 'board.html' };
const PLAIN = {
  driver: { driver: 'driver.html', 'driver-worker': 'src/driver/worker.ts' },
  institution: { institution: 'institution.html' },
  account: { account: 'account.html' },
};

const isPlain = (mode: string): mode is keyof typeof PLAIN => mode in PLAIN;

export default defineConfig(({ mode }) => ({
  base: './',
  plugins: [{ ...optimizeLocales.vite({ locales: ['en-US', 'fr-FR', 'de-DE', 'it-IT'] }), enforce: 'pre' }],
  html: { cspNonce: '{nonce}' },
  build: {
    outDir: '../src/estafette/edge/console/built',
    emptyOutDir: !isPlain(mode),
    copyPublicDir: !isPlain(mode),
    target: 'es2023',
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // The plain pages are made of nothing but our own sources.
    license: !isPlain(mode) && { fileName: 'licences.md' },
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: isPlain(mode) ? PLAIN[mode] : BOARD,
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', assetFileNames: '[name][extname]' },
    },
  },
}));
