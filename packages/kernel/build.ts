import { mkdirSync, readdirSync, statSync } from 'node:fs';

const folder = 'packages/kernel';
const target = `${folder}/dist/kernel.wasm`;

let building: Promise<void> | undefined;

/** Compiles `assembly/` to `dist/kernel.wasm` once, unless that is newer than all of it: it takes 3 s. */
export function buildKernel(): Promise<void> {
  building ??= compile();
  return building;
}

async function compile(): Promise<void> {
  const sources = readdirSync(`${folder}/assembly`).map((name) => `${folder}/assembly/${name}`);
  if (changed(target) > Math.max(...sources.map(changed))) return;
  mkdirSync(`${folder}/dist`, { recursive: true });
  const { main } = await import('assemblyscript/asc');
  const { error, stderr } = await main([
    `${folder}/assembly/index.ts`,
    ...['--config', `${folder}/assembly/asconfig.json`],
    ...['--outFile', target],
  ]);
  if (error) throw new Error(`the kernel does not compile:\n${stderr}`, { cause: error });
}

function changed(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
