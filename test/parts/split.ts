import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  directoryStore,
  joinExport,
  nextStage,
  type PartStore,
  type Plan,
  planExport,
  type Range,
  type RangedDataset,
  runTask,
  storePlan,
} from '@dataset-items/parts';
import { type ExportOptions, exportItems, openInputs, type ReadOptions, type RequestInput } from 'dataset-items';

/** All that an export tells: its bytes and its report, or its error. */
export type Told = { readonly text: string; readonly report: object } | { readonly error: object };

export interface Asked {
  readonly request: RequestInput;
  readonly settings?: Pick<ExportOptions, 'withoutColumns' | 'byteLane' | 'formats' | 'workers' | 'rangeBytes' | 'onItems'>;
}

export async function scratch<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'parts-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Writes each text to a file of its own. */
export function filesOf(folder: string, texts: readonly (string | Buffer)[], extension = 'jsonl'): string[] {
  return texts.map((text, index) => {
    const path = join(folder, `${index}.${extension}`);
    writeFileSync(path, text);
    return path;
  });
}

/** One process over all files. */
export async function inOneGo(paths: readonly string[], reading: ReadOptions, { request, settings }: Asked): Promise<Told> {
  return told(async () => {
    const { bytes, report } = await exportItems(await openInputs(paths, reading), request, { ...settings, local: true });
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
    return { text: Buffer.concat(chunks).toString('latin1'), report: await report };
  });
}

/** The same in parts, each stage in an order of its own. @param place a directory or a store */
export async function inParts(
  place: string | PartStore,
  open: () => Promise<RangedDataset>,
  { request, settings = {} }: Asked,
  { rangeBytes, cut = (ranges) => ranges, shuffle = (tasks) => tasks }: Splitting = {},
): Promise<Told> {
  const store = typeof place === 'string' ? directoryStore(place) : place;
  return told(async () => {
    const { withoutColumns, byteLane, formats } = settings;
    const planned = await planExport(await open(), request, {
      id: 'x',
      dataset: 'x',
      withoutColumns,
      rangeBytes,
      formats,
      local: true,
    });
    const plan: Plan = { ...planned, ranges: cut(planned.ranges) };
    await storePlan(plan, store);
    await runAll(plan, store, open, { byteLane, formats, shuffle });
    const { name, report } = await joinExport(plan, store, formats);
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.get(name)) chunks.push(chunk);
    return { text: Buffer.concat(chunks).toString('latin1'), report };
  });
}

export interface Splitting {
  readonly rangeBytes?: number;
  readonly cut?: (ranges: readonly Range[]) => readonly Range[];
  readonly shuffle?: <T>(tasks: readonly T[]) => readonly T[];
}

type Running = NonNullable<Asked['settings']> & Required<Pick<Splitting, 'shuffle'>>;

async function runAll(
  plan: Plan,
  store: PartStore,
  open: () => Promise<RangedDataset>,
  { byteLane, formats, shuffle }: Running,
): Promise<void> {
  for (;;) {
    const stage = await nextStage(plan, store, formats);
    if ('join' in stage) return;
    for (const task of shuffle(stage.tasks)) {
      // A malformed item is told of by `nextStage`, when the earlier ranges are read too.
      await runTask(plan, task, { store, open, byteLane, formats }).catch((error: { readonly code?: string }) => {
        if (error.code !== 'malformed-input') throw error;
      });
    }
  }
}

async function told(run: () => Promise<Told>): Promise<Told> {
  try {
    return await run();
  } catch (error) {
    const { name, message, ...facts } = error as Error;
    return { error: { ...facts, name, message } };
  }
}

/** Ranges of items cut at other places. Two equal places make an empty range. */
export function cutItems(places: readonly number[]): (ranges: readonly Range[]) => readonly Range[] {
  return (ranges) => {
    const all = ranges.flatMap((range) => ('items' in range ? range.items : []));
    const [from, to] = [Math.min(...all), Math.max(...all)];
    const cuts = [from, ...places.map((place) => from + (place % (to - from + 1))).sort((a, b) => a - b), to];
    return cuts.slice(1).map((end, index): Range => ({ items: [cuts[index] as number, end] }));
  };
}
