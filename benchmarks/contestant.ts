import { createWriteStream } from 'node:fs';
import { cases } from './cases.js';
import { readItems } from './items.js';
import { rivals, workOf } from './rivals/index.js';

/** Runs one contestant in one case. Arguments: its name, the case's name, the file of items, the file to write. */
const [name, caseName, path = '', outputPath = ''] = process.argv.slice(2);
const benchmark = cases.find((known) => known.name === caseName);
const rival = rivals.find((known) => known.name === name);
const work = benchmark && rival && workOf(rival, benchmark);
if (work === undefined || !('run' in work)) throw new Error(`${name} has no work of ${caseName} for this process`);
const items = () => readItems(path, () => performance.mark('first item'));
await work.run({ path, items }, { path: outputPath, stream: () => createWriteStream(outputPath) }, benchmark?.query ?? '');
