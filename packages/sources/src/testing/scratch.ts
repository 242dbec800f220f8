import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Facts, Item, MalformedInputError } from '@dataset-items/query-pipeline';
import { afterAll } from 'vitest';
import type { CheckedSource } from '../source.js';
import { type Window, wholeWindow } from '../window.js';

/** A temporary directory for a test file. It is removed afterwards. */
export function scratchDirectory(): { path: string; write(name: string, content: string | Uint8Array): string } {
  const path = mkdtempSync(join(tmpdir(), 'dataset-items-test-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  const write = (name: string, content: string | Uint8Array): string => {
    writeFileSync(join(path, name), content);
    return join(path, name);
  };
  return { path, write };
}

export const noFacts: Facts = { id: 'x', name: 'x', modifiedAt: undefined };

export async function itemsOf(source: CheckedSource, window: Partial<Window> = {}, signal?: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  for await (const batch of source.read({ ...wholeWindow, ...window }, signal)) items.push(...batch);
  return items;
}

/** The items read before a failure, and the failure. */
export async function readUntilFailure(source: CheckedSource, window: Partial<Window> = {}) {
  const items: Item[] = [];
  try {
    for await (const batch of source.read({ ...wholeWindow, ...window })) items.push(...batch);
    return { items, error: undefined };
  } catch (error) {
    return { items, error: error as MalformedInputError };
  }
}

export const windows: readonly Partial<Window>[] = [
  {},
  { offset: 3 },
  { limit: 4 },
  { offset: 5, limit: 7 },
  { offset: 1000 },
  { desc: true },
  { desc: true, limit: 1 },
  { desc: true, offset: 6, limit: 9 },
];

/** The items of a window of a list. */
export function slice<T>(list: readonly T[], { offset = 0, limit = list.length, desc = false }: Partial<Window>): T[] {
  const ordered = desc ? list.toReversed() : [...list];
  return ordered.slice(offset, offset + limit);
}

/** Number of open files of this process, on systems that report it. */
export function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}
