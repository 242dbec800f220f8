import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Facts, Item, MalformedInputError } from '@dataset-items/query-pipeline';
import { afterAll } from 'vitest';
import { type Source, type Window, wholeWindow } from '../source.js';

/** A directory of its own for a test file, gone afterwards. */
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

export async function itemsOf(source: Source, window: Partial<Window> = {}, signal?: AbortSignal): Promise<Item[]> {
  const items: Item[] = [];
  for await (const batch of source.read({ ...wholeWindow, ...window }, signal)) items.push(...batch);
  return items;
}

/** Items handed out before a failure, and the failure. */
export async function readUntilFailure(source: Source, window: Partial<Window> = {}) {
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

/** The same window cut out of a list. */
export function slice<T>(list: readonly T[], { offset = 0, limit = list.length, desc = false }: Partial<Window>): T[] {
  const ordered = desc ? list.toReversed() : [...list];
  return ordered.slice(offset, offset + limit);
}

/** What this process has open; only where the system tells. */
export function openFiles(): number {
  return readdirSync('/proc/self/fd').length;
}
