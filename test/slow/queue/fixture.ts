import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartStore } from '@dataset-items/parts';
import { MalformedInputError } from 'dataset-items';

export interface WrittenItems {
  /** The numbers of items that are no JSON. Default: none. */
  readonly malformed?: readonly number[];
  /** A field with this text, again and again, which makes items longer. Default: none. */
  readonly text?: { readonly of: string; readonly times: number };
}

/** Items of which each kind has other fields, so that columns are found late. */
export function writeItems(folder: string, name: string, count: number, { malformed = [], text }: WrittenItems = {}): string {
  const path = join(folder, name);
  const lines = Array.from({ length: count }, (_, n) =>
    malformed.includes(n)
      ? '{"id":'
      : JSON.stringify({
          ...{ id: n, name: `n${n % 7}`, [`k${n % 13}`]: n / 4, tags: ['a', 'b', 'é'].slice(n % 4), nested: { n } },
          ...(text && { text: text.of.repeat(text.times) }),
        }),
  );
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all);
}

/** The names in the folder of exports in progress. */
export async function partsIn(store: PartStore): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of store.list('work/')) names.push(name);
  return names;
}

/** What is told of an error. */
export function factsOf(error: unknown): object {
  if (!(error instanceof MalformedInputError)) return { error };
  const { code, message, source, line, byte } = error;
  return { code, message, source, line, byte };
}

/** A store that never ends to write names of one kind, and says when it began. */
export function stuckAt(
  store: PartStore,
  stuck: (name: string) => boolean,
): { readonly store: PartStore; readonly begun: Promise<void> } {
  const begin = { now: (): void => undefined };
  const begun = new Promise<void>((resolve) => {
    begin.now = resolve;
  });
  const unless = <T>(name: string, call: () => Promise<T>): Promise<T> => {
    if (!stuck(name)) return call();
    begin.now();
    return new Promise<T>(() => undefined);
  };
  return {
    store: {
      ...store,
      put: (name, bytes) => unless(name, () => store.put(name, bytes)),
      join: (name, pieces, head) => unless(name, () => store.join(name, pieces, head)),
    },
    begun,
  };
}
