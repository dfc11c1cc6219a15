// Build the pages into the package, and write down from which sources: tests compare both without Node.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'vite';

const HERE = import.meta.dirname;
const SHIPPED = join(HERE, '../src/estafette/edge/console/built');
const LIST = join(HERE, 'built.sha256');
const NOT_SOURCES = ['node_modules', 'built.sha256'];

const files = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
const sources = () => files(HERE).filter((file) => !NOT_SOURCES.includes(relative(HERE, file).split('/')[0]));
const line = (file) => `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${relative(join(HERE, '..'), file)}`;

const elsewhere = process.argv[2];
for (const mode of ['board', 'driver', 'institution', 'account']) {
  await build({ root: HERE, mode, logLevel: 'warn', ...(elsewhere ? { build: { outDir: elsewhere } } : {}) });
}
if (!elsewhere) writeFileSync(LIST, [...sources(), ...files(SHIPPED)].map(line).sort().join('\n') + '\n');
