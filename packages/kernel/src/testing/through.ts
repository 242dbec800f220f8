import { type Kernel, type Limits, openInstance } from '../kernel.js';
import type { KernelExports } from '../module.js';
import type { Place } from '../nodes.js';
import type { Program } from '../program.js';

export type Framing = 'lines' | 'backwards' | 'one';

/** The result of processing items. */
export interface Through {
  readonly text: string;
  /** Number of items for the object path. */
  readonly aside: number;
  readonly rests: number;
  readonly resets: number;
}

export interface Driver {
  /** Processes lines or one item. `objectPath` gives the text of an item's records, without those that are already written. */
  through(text: string, framing: Framing, objectPath: (item: string, records: number) => string | undefined): Through;
  /** Names of regions after which something was written into the gap. */
  strayed(): string[];
  readonly kernel: NonNullable<ReturnType<typeof openInstance>>['kernel'];
}

/** A kernel with known bytes in each gap between its regions. @param onColumns sets a new order of columns */
export function driver<P extends Place>(program: Program<P>, limits: Limits = {}, onColumns?: (kernel: Kernel) => void): Driver {
  let resets = 0;
  const opened = openInstance({ ...program, onMet: () => void resets++ }, limits);
  if (opened === undefined) throw new Error('no WebAssembly');
  const { kernel, exports } = opened;
  let gaps: ReturnType<typeof gapsOf> = [];
  const memory = (): Buffer => Buffer.from(exports.memory.buffer);
  /** Again where a long text moved the tape. */
  const layCanaries = (): void => {
    if (gaps.some(({ end }) => end === exports.TAPE.value)) return;
    gaps = gapsOf(exports);
    for (const { from, end } of gaps) memory().fill(CANARY, from, end);
  };
  layCanaries();
  const { betweenRecords = new Uint8Array() } = program.dialect;

  return {
    kernel,
    strayed: () =>
      gaps
        .filter(({ from, end }) =>
          memory()
            .subarray(from, end)
            .some((byte) => byte !== CANARY),
        )
        .map(({ name }) => name),
    through: (text, framing, objectPath) => {
      const bytes = Buffer.from(text);
      const taken: Buffer[] = [];
      let aside = 0;
      let rests = 0;
      resets = 0;
      kernel.written = 0;
      if (kernel.load([bytes], 1000) === undefined) throw new Error('too long');
      layCanaries();
      if (framing === 'one') kernel.readOne(0, bytes.length);
      else kernel.readLines(0, bytes.length, { backwards: framing === 'backwards' });
      for (;;) {
        const stop = kernel.run();
        if (stop === 'new columns') onColumns?.(kernel);
        taken.push(Buffer.from(kernel.takeOutput().bytes));
        if (stop === 'all read') break;
        if (stop === 'rest') rests++;
        if (stop !== 'object path') continue;
        aside++;
        const { start, end, records } = kernel.item();
        const written = objectPath(bytes.toString('utf8', start, end), records);
        if (written !== undefined) {
          if (kernel.written > 0) taken.push(Buffer.from(betweenRecords));
          taken.push(Buffer.from(written));
          kernel.written++;
        }
        kernel.skip();
      }
      return { text: Buffer.concat(taken).toString(), aside, rests, resets };
    },
  };
}

const CANARY = 0xa5;

function gapsOf(exports: KernelExports): { readonly name: string; readonly from: number; readonly end: number }[] {
  const names = Object.keys(exports).filter((name) => `${name}_END` in exports) as (keyof KernelExports)[];
  const address = (name: string): number => (exports as unknown as Record<string, { value: number }>)[name]?.value ?? 0;
  const starts = [...names, 'TAPE'].map(address).sort((a, b) => a - b);
  return names.map((name) => {
    const from = address(`${name}_END`);
    return { name, from, end: starts.find((start) => start >= from) ?? from };
  });
}
