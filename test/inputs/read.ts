import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type InputOptions, openInputs } from 'dataset-items';
import { afterAll, expect } from 'vitest';

const fixtures = fileURLToPath(new URL('../fixtures/from-reports/', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'dataset-items-tables-'));
afterAll(() => rmSync(directory, { recursive: true }));

export interface Row {
  readonly name: string;
  /** A file of the fixtures. */
  readonly file?: string;
  /** Or the text of a CSV. */
  readonly text?: string;
  readonly options?: InputOptions;
  readonly items?: readonly object[];
  readonly remarks?: readonly string[];
  /** What the message has. */
  readonly error?: string | RegExp;
}

let written = 0;

/** The path of a new file. */
export function newPath(extension: string): string {
  // Where all files run in one process, the end of the first removes it.
  mkdirSync(directory, { recursive: true });
  return join(directory, `${written++}.${extension}`);
}

/** Reads a table in pieces of few bytes, and all at once. */
export async function check({ file, text, options, items, remarks = [], error }: Row): Promise<void> {
  const path = file === undefined ? newPath('csv') : join(fixtures, file);
  if (text !== undefined) writeFileSync(path, text);
  for (const chunkSize of [3, undefined]) {
    const source = await openInputs([path], { ...options, chunkSize });
    const read: object[] = [];
    const reading = (async () => {
      for await (const batch of source.read()) read.push(...batch);
    })();
    if (error !== undefined) {
      await expect(reading).rejects.toThrow(error);
      continue;
    }
    await reading;
    expect(read).toEqual(items);
    expect(source.remarks().map(({ message }) => message)).toEqual(remarks);
  }
}
