import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { publishedPackages } from './published.js';

/** Matches the example of a page and its stated output. */
const example = /```js\n(.*?)```\n+```text\n(.*?)```/s;

describe.each(publishedPackages)('README of $name', ({ folder }) => {
  const [, code = '', printed] = example.exec(readFileSync(join(folder, 'README.md'), 'utf8')) ?? [];

  it('has an example of about ten lines with its true output', async () => {
    expect(code.trim().split('\n').length).toBeLessThan(15);
    // In the folder of the package, so that its imports are resolved.
    const path = resolve(folder, `readme-${process.pid}.mjs`);
    const cwd = mkdtempSync(join(tmpdir(), 'dataset-items-readme-'));
    writeFileSync(path, code);
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [path], { cwd });
      expect(stdout.replaceAll('\r\n', '\n')).toBe(printed);
    } finally {
      rmSync(path);
      rmSync(cwd, { recursive: true });
    }
  });
});

it('every package has a licence and a changelog of its own', () => {
  const licence = readFileSync('LICENSE', 'utf8');
  for (const { folder, name } of publishedPackages) {
    expect([name, readFileSync(join(folder, 'LICENSE'), 'utf8')]).toEqual([name, licence]);
    expect(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8').split('\n')[0]).toBe(`# ${name}`);
  }
  expect(publishedPackages.length).toBe(readdirSync('packages').length);
});
