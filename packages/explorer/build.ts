import { copyFileSync } from 'node:fs';
import { build } from 'esbuild';

const folder = 'packages/explorer';

let building: Promise<void> | undefined;

/** Bundles `src/page/` to one script, one stylesheet and one document in `dist/page/`, which hold all that the page loads. */
export function buildPage(): Promise<void> {
  building ??= bundle();
  return building;
}

async function bundle(): Promise<void> {
  await build({
    entryPoints: { page: `${folder}/src/page/main.tsx` },
    outdir: `${folder}/dist/page`,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfig: `${folder}/tsconfig.json`,
    // Errors in the page are found with them; browsers load a map only for their developer tools.
    sourcemap: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
  for (const name of ['index.html', 'icon.svg']) copyFileSync(`${folder}/src/page/${name}`, `${folder}/dist/page/${name}`);
  for (const name of ['preact', 'fflate'])
    copyFileSync(`${folder}/node_modules/${name}/LICENSE`, `${folder}/dist/page/${name}.LICENSE`);
}
