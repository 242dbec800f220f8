import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Formats that need nothing of Node. */
export const portableFormats = ['json', 'jsonl', 'csv', 'xml', 'html', 'rss'] as const;
export type PortableFormat = (typeof portableFormats)[number];

export interface Bundle {
  /** A script that sets `exported` in its context: `parseQuery` and `compile`, and for a format `writeItems` and `format`. */
  readonly code: string;
  /** Its source files, relative to the workspace. */
  readonly files: readonly string[];
  /** Bytes, minified and compressed by gzip. */
  readonly size: number;
}

/** The bundle that a page or a worker would load, made from the published packages with a neutral platform. */
export async function bundle(format?: PortableFormat): Promise<Bundle> {
  const lines = [
    "export { compile, parseQuery } from '@dataset-items/query-pipeline';",
    ...(format === undefined
      ? []
      : [
          "export { writeItems } from '@dataset-items/serializers/write-items';",
          `export { ${format} as format } from '@dataset-items/serializers/${format}';`,
        ]),
  ];
  const { outputFiles, metafile } = await build({
    stdin: { contents: lines.join('\n'), resolveDir: 'packages/exporter' },
    bundle: true,
    minify: true,
    platform: 'neutral',
    // The library of rss declares its files with these fields.
    mainFields: ['module', 'main'],
    target: 'es2022',
    format: 'iife',
    globalName: 'exported',
    metafile: true,
    write: false,
    // The settings of the workspace would resolve to the sources.
    tsconfigRaw: '{}',
    logLevel: 'silent',
  });
  const code = outputFiles[0]?.text ?? '';
  const files = Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([name]) => name);
  return { code, files, size: gzipSync(code, { level: 9 }).length };
}
