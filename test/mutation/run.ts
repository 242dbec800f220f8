import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compilingMutants } from './compiles.js';
import { progressOf } from './journal.js';
import { madeByHand } from './made-by-hand.js';
import { fallen, outcomesOf, readRecord, renewed, scoresOf, writeRecord } from './record.js';
import { shuffledMutants, sourceFiles } from './sample.js';
import { runSession } from './session.js';

const help = `npm run mutate -- [options]

Mutation testing of query-pipeline, serializers and sources: small wrong changes, which tests must notice.

  --sample <count>  mutants of each file, besides those made by hand; default: as recorded
  --seed <number>   which ones; default: as recorded
  --all             every mutant there is
  --file <path>     only of this file; may be given again
  --test <path>     only with these tests, which is fast; given again without it and with the same folder, a run meets the others
  --budget <s>      seconds of tests after which a mutant counts as survived; default 20
  --folder <path>   for the journal; given again, a run goes on where it stopped
  --write           write the result to test/mutation/record.json; explain each survivor there
`;

const { values } = parseArgs({
  options: {
    sample: { type: 'string' },
    seed: { type: 'string' },
    file: { type: 'string', multiple: true },
    test: { type: 'string', multiple: true },
    all: { type: 'boolean', default: false },
    budget: { type: 'string', default: '20' },
    folder: { type: 'string' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(help);
else await mutate();

async function mutate(): Promise<void> {
  const record = readRecord();
  const files = values.file ?? sourceFiles();
  const sample = values.sample === undefined ? record.sample : wholeNumber('sample', values.sample);
  const seed = values.seed === undefined ? record.seed : wholeNumber('seed', values.seed);
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'mutation-'));
  const journal = join(folder, 'journal.jsonl');
  const candidates = new Map(files.map((file) => [file, shuffledMutants(file, seed)]));
  const drawn = compilingMutants(candidates, values.all ? Number.POSITIVE_INFINITY : sample);
  const mutants = [...madeByHand(files), ...drawn].map((mutant, at) => ({ ...mutant, id: at + 1 }));
  process.stdout.write(`${mutants.length} mutants of ${files.length} files; journal: ${journal}\n`);
  const budget = 1000 * wholeNumber('budget', values.budget);
  await runSession(folder, { journal, mutants, on: 0, budget }, values.test);
  for (const { id, file } of mutants) {
    const { whileLoading, killed } = progressOf(journal);
    if (!whileLoading.has(id) || killed.has(id)) continue;
    const beside = file.slice(0, file.indexOf('/src/') + 5);
    for (const tests of values.test ?? ['test/doors/', beside, 'test/inputs/', 'test/formats/']) {
      if (!progressOf(journal).killed.has(id)) await runSession(folder, { journal, mutants, on: id, budget }, [tests]);
    }
  }
  const { killed, unusable } = progressOf(journal);
  for (const [test, why] of unusable) process.stdout.write(`not used, as it cannot be repeated: ${test}: ${why}\n`);
  const outcomes = outcomesOf(
    files,
    mutants.map((mutant) => ({ ...mutant, killed: killed.has(mutant.id) })),
  );
  for (const { survivors } of outcomes) for (const survivor of survivors) process.stdout.write(`survived: ${survivor}\n`);
  const found = renewed({ ...record, sample, seed }, outcomes, values.file === undefined);
  if (values.write) writeRecord(found);
  for (const [name, score] of Object.entries(scoresOf(found))) process.stdout.write(`${name}: ${score.toFixed(1)} %\n`);
  const problems = fallen(found);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}

function wholeNumber(name: string, text: string): number {
  if (!/^[0-9]+$/.test(text)) throw new Error(`--${name}: expected a whole number, got ${text}`);
  return Number(text);
}
