import type { Emulator } from '@dataset-items/emulator';
import { Command } from 'commander';
import { clientLines, curlLines } from './clients.js';
import { addEmulatorFlags, type EmulatorFlags, type EmulatorSettings, emulatorSettings } from './emulator-flags.js';
import { openEmulator } from './open-emulator.js';
import { untilSignalled } from './signals.js';
import { shown } from './terminal.js';

export function startCommand(): Command {
  const command = new Command('start')
    .summary('start the emulator of the API')
    .description('Serves datasets as the Apify API does; API clients work with it unchanged.');
  return addEmulatorFlags(command)
    .addHelpText(
      'after',
      `
Examples:
  dataset-items start
  dataset-items start --in-memory --seed items.jsonl reviews.csv.gz
  dataset-items start --config emulator.json
  dataset-items start --port 0 --token secret --log json

--fsync always answers a push when its items are on disk. batch and never answer when the system has the items; with batch they are
on disk within 100 ms.
Ctrl-C or SIGTERM ends the emulator with status 0; open requests have two seconds to finish.`,
    )
    .action((flags: EmulatorFlags) => runStart(emulatorSettings(flags, { port: 4040, storage: './storage', log: 'text' })));
}

async function runStart(settings: EmulatorSettings): Promise<void> {
  await untilSignalled(async (signal) => {
    const { emulator, listening } = await openEmulator(settings);
    try {
      process.stdout.write(welcome(settings, listening.url, emulator));
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    } finally {
      await emulator.close();
    }
  });
}

function welcome({ storage, token }: EmulatorSettings, url: string, { datasets, catalog }: Emulator): string {
  const address = { url, token };
  const names = datasets.list().map(({ facts: { name, id } }) => shown(name ?? id));
  const tasks = catalog.tasks().map(({ name }) => name);
  const kept = storage === undefined ? 'in memory' : `in ${shown(storage)}`;
  return [
    `The API is at ${url}, its datasets ${kept}: ${listed(names)}\n${tasks.length === 0 ? '' : `Its tasks: ${listed(tasks)}\n`}`,
    `The page to look at them is at ${url}/\n`,
    `Point clients at it:\n${clientLines(address)}`,
    `Try it:\n${curlLines(address, names[0], tasks[0])}`,
    'Press Ctrl-C to stop it.\n',
  ].join('\n');
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none yet';
  const more = names.length > 5 ? `, and ${(names.length - 5).toLocaleString('en')} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}
