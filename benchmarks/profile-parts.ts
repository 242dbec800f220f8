import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The parts that a run's time is divided into. */
export const parts = ['start', 'parse', 'items', 'text', 'writer', 'node', 'gc', 'waiting'] as const;
export type Part = (typeof parts)[number];

/** A function on the call stack of a sample. */
export interface Frame {
  readonly functionName: string;
  /** Empty for C++ code of V8 and Node. */
  readonly url: string;
  /** 0-based. */
  readonly lineNumber: number;
}

interface Place {
  readonly part: Part;
  /** Path of the source file, from the root of the repository. */
  readonly file?: string;
}

const ownNames: Readonly<Record<string, Part>> = { '(idle)': 'waiting', '(garbage collector)': 'gc' };

/** Self time is assigned to the innermost function that has a source file; its calls into Node and C++ count as part of it. */
export function partOf(stack: readonly Frame[]): Place {
  const own = ownNames[stack[0]?.functionName ?? ''];
  if (own !== undefined) return { part: own };
  for (const frame of stack) {
    const file = sourceOf(frame);
    if (file !== undefined) return { part: partOfFile(file), file };
  }
  return { part: 'node' };
}

function partOfFile(file: string): Part {
  if (file.startsWith('benchmarks/')) return file === 'benchmarks/items.ts' ? 'parse' : 'node';
  if (/^packages\/sources\/src\/(formats\/|spans\.|lines\.)/.test(file)) return 'parse';
  if (/^packages\/serializers\/src\/(text|escapes|bytes)\.ts$/.test(file)) return 'text';
  return /^packages\/(sources|query-pipeline|exporter)\//.test(file) ? 'items' : 'writer';
}

const sources = new Map<string, readonly (string | undefined)[]>();

/** The bundler writes the name of each source file above the code from that file. */
function sourceOf({ url, lineNumber }: Frame): string | undefined {
  if (!url.startsWith('file:')) return undefined;
  const [, dependency] = url.match(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//) ?? [];
  if (dependency !== undefined) return dependency;
  let lines = sources.get(url);
  if (lines === undefined) {
    let file: string | undefined;
    lines = readFileSync(fileURLToPath(url), 'utf8')
      .split('\n')
      .map((line) => {
        file = line.match(/^\/\/ ((?:packages|benchmarks)\/.*\.ts)$/)?.[1] ?? file;
        return file;
      });
    sources.set(url, lines);
  }
  return lines[lineNumber];
}
