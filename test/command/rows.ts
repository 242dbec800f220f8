import { describe, expect, it } from 'vitest';
import { runCommand } from '../command.js';
import { type Files, inDirectory, jsonLines, namesIn, textIn } from './scratch.js';

export interface Row {
  readonly name: string;
  readonly args: readonly string[];
  /** Files besides `items.jsonl`. */
  readonly files?: Files;
  readonly input?: string;
  readonly status?: number;
  readonly stdout?: string | RegExp;
  /** Default: nothing. */
  readonly stderr?: string | RegExp;
  /** Files that the command creates, with their text. */
  readonly written?: Readonly<Record<string, string>>;
  /** Directories that the command creates. */
  readonly keeps?: readonly string[];
}

/** Runs each row in its own directory. */
export function checkRows(title: string, rows: readonly Row[]): void {
  describe.concurrent(title, () => {
    for (const { name, args, files = {}, input = '', status = 0, stdout = '', stderr = '', written = {}, keeps = [] } of rows) {
      it(name, () =>
        inDirectory({ 'items.jsonl': lines, ...files }, async (cwd) => {
          const before = namesIn(cwd);
          const finished = await runCommand(args, { cwd, input });
          expect(finished.stderr).toEqual(typeof stderr === 'string' ? stderr : expect.stringMatching(stderr));
          expect(finished.stdout.toString('utf8')).toEqual(typeof stdout === 'string' ? stdout : expect.stringMatching(stdout));
          expect(finished.status).toBe(status);
          expect(namesIn(cwd)).toEqual([...before, ...Object.keys(written), ...keeps].sort());
          for (const [path, text] of Object.entries(written)) expect(textIn(cwd, path)).toBe(text);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: it checks that there are no control characters
          expect(finished.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
        }),
      );
    }
  });
}

export const items = [{ id: 1, price: { usd: 2 }, tags: [{ name: 'a' }] }, { id: 2 }];
export const csv = '\ufeff"id","price/usd","tags/0/name"\r\n"1","2","a"\r\n"2",,\r\n';
export const lines = jsonLines(items);
export const bad = '{"id":1}\nxx\n{"id":2}\n';
export const fromItems = ['export', 'items.jsonl'];
export const warning = (text: string): string => `dataset-items: warning: ${text}\n`;
export const error = (text: string): string => `dataset-items: error: ${text}\n`;
export const formatList = 'json, jsonl, csv, html, xlsx, xml, rss';
