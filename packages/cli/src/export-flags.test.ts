import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportCommand } from './export-command.js';
import { exportFlagsOf, ownExportFlags, readPlainly } from './export-flags.js';
import { kebab } from './flags.js';
import { noPlugin } from './plugin.js';

/** What commander makes of the arguments. `undefined`: help, or an error. */
async function readByCommander(args: readonly string[]): Promise<unknown> {
  let read: unknown;
  const command = await exportCommand([], async (files, flags) => {
    read = { files, flags };
  });
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
  await command.parseAsync(args, { from: 'user' }).catch(() => undefined);
  return read;
}

const names = [
  ...ownExportFlags.flatMap(({ name, short }) => [`--${kebab(name)}`, `-${short ?? 'x'}`]),
  ...Object.values(exportFlagsOf(noPlugin)).flatMap((parameters) => {
    return Object.keys(parameters).flatMap((name) => [`--${kebab(name)}`, `--no-${kebab(name)}`]);
  }),
];
const value = fc.constantFrom(
  'a',
  '',
  '-',
  '--',
  '-1',
  '-a',
  'a=b',
  '--unknown',
  '--help',
  '-h',
  '-qo',
  '-oa',
  'help',
  '--format',
);
const argument = fc.oneof(
  fc.constantFrom(...names),
  value,
  fc.tuple(fc.constantFrom(...names), value).map(([name, text]) => `${name}=${text}`),
);

describe('the arguments of an export', () => {
  it('are read as commander reads them, or by it', async () => {
    let plain = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(argument, { maxLength: 5 }), async (args) => {
        const read = readPlainly(args);
        if (read === undefined) return;
        plain++;
        expect(read).toEqual(await readByCommander(args));
      }),
      { numRuns: 400 },
    );
    expect(plain).toBeGreaterThan(40);
  });

  it.each([
    [['a.jsonl', '--format', 'csv', '-q'], { files: ['a.jsonl'], flags: { format: ['csv'], quiet: true } }],
    [['--fields=a', '--fields', 'b', '-o', 'x'], { files: [], flags: { fields: ['a', 'b'], output: 'x' } }],
    [['--no-bom', '-'], { files: ['-'], flags: { bom: false } }],
    [['--help'], undefined],
    [['--formt', 'csv'], undefined],
    [['--format'], undefined],
    [['--quiet=1'], undefined],
    [['-qo', 'x'], undefined],
    [['--', 'a'], undefined],
    [['--plugin', 'a.mjs'], undefined],
  ])('%j', (args, expected) => {
    expect(readPlainly(args)).toEqual(expected);
  });
});
