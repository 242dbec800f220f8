import { readFileSync } from 'node:fs';
import type { Dialect } from './dialect.js';

/** The exports of the module: addresses of regions, and functions with integers. */
export type KernelExports = Readonly<Record<Region | `${Region}_END`, { readonly value: number }>> &
  Readonly<Record<Call, (...values: number[]) => number>> & {
    readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  };

type Region =
  | 'FRAMES'
  | 'PIECES'
  | 'ESCAPES'
  | 'SETS'
  | 'SLOTS'
  | 'LEVELS'
  | 'PICKS'
  | 'LISTS'
  | 'CELLS'
  | 'ORDER'
  | 'LENGTHS'
  | 'LONGS'
  | 'HEADS'
  | 'NODES'
  | 'KEYS'
  | 'NUMBERS'
  | 'INPUT'
  | 'STRINGS'
  | 'OUTPUT'
  | 'TAPE';

type Call =
  | 'addName'
  | 'countItems'
  | 'countLineFeeds'
  | 'getCellsEnd'
  | 'getFlags'
  | 'getItemEnd'
  | 'getItemStart'
  | 'getItemsRead'
  | 'getLengths'
  | 'getLineFeeds'
  | 'getLines'
  | 'getLongs'
  | 'getNodesEnd'
  | 'getNumberedOutput'
  | 'getOutput'
  | 'getRecords'
  | 'getRoot'
  | 'getTape'
  | 'getWritten'
  | 'isInNumbered'
  | 'isWriting'
  | 'refuseColumns'
  | 'resetNodes'
  | 'resetSerials'
  | 'run'
  | 'setColumns'
  | 'setDepth'
  | 'setDocument'
  | 'setElements'
  | 'setInput'
  | 'setNumberedCells'
  | 'setNumberedOutput'
  | 'setNumberedTexts'
  | 'setNumbers'
  | 'setOutput'
  | 'setRegions'
  | 'setRecords'
  | 'setTable'
  | 'setTurn'
  | 'setWritten'
  | 'skipItem'
  | 'stepAside'
  | 'takeChanged'
  | 'writeNumbered';

/** The imports of the module. */
export interface KernelImports {
  decide(node: number): void;
  columnOf(node: number): number;
  /** Writes a number as JavaScript prints it. For the result see `print` of `assembly/numbers.ts`. */
  print(from: number, end: number, to: number): number;
  /** Looks at an item with numbers that JavaScript prints as other numbers. 1: the next one is wanted too. */
  lookAt(start: number, end: number): number;
  report(node: number): void;
}

/** The part of WebAssembly that is used here, because the types of Node do not include it. */
interface WebAssemblyLike {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

/** An instance of the module, and the functions that it calls. */
export interface Instance {
  readonly exports: KernelExports;
  /** What was written last into its tables of texts and sets. */
  dialect?: Dialect | undefined;
  answers: KernelImports;
}

let compiled: object | undefined;
let loadCompiled = (): object | undefined => undefined;
const idle: Instance[] = [];
/** Largest number of instances that are kept for later exports. Creating one costs as much as exporting a few items. */
const MOST_IDLE = 16;

/**
 * For a program that keeps the compiled module.
 * @param load is called before the first instance is made. If it returns undefined, the module is compiled
 */
export function useCompiled(load: () => object | undefined): void {
  loadCompiled = load;
}

/** @returns undefined if WebAssembly is missing or has no memory */
export function takeInstance(answers: KernelImports): Instance | undefined {
  const instance = idle.pop() ?? instantiate(answers);
  if (instance !== undefined) instance.answers = answers;
  return instance;
}

export function giveBack(instance: Instance): void {
  instance.answers = noAnswers;
  if (idle.length < MOST_IDLE) idle.push(instance);
}

/** Of an instance that makes no records. */
export const noAnswers: KernelImports = {
  decide: () => {},
  columnOf: () => -1,
  report: () => {},
  print: () => 0,
  lookAt: () => 0,
};

function instantiate(answers: KernelImports): Instance | undefined {
  const { WebAssembly } = globalThis as { readonly WebAssembly?: WebAssemblyLike };
  if (WebAssembly === undefined) return undefined;
  const host: KernelImports = {
    decide: (node) => instance.answers.decide(node),
    columnOf: (node) => instance.answers.columnOf(node),
    print: (from, end, to) => instance.answers.print(from, end, to),
    lookAt: (start, end) => instance.answers.lookAt(start, end),
    report: (node) => instance.answers.report(node),
  };
  let exports: KernelExports;
  try {
    // The path leads to the same file from the sources and from the built package.
    compiled ??= loadCompiled() ?? new WebAssembly.Module(readFileSync(new URL('../dist/kernel.wasm', import.meta.url)));
    exports = new WebAssembly.Instance(compiled, { host }).exports as KernelExports;
  } catch (error) {
    // Each instance reserves 10 GB of address space, of which it uses little. If address space is limited, this may fail.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  const instance: Instance = { exports, answers };
  return instance;
}
