import type { Emulator } from '@dataset-items/emulator';
import { Command } from 'commander';
import { clientLines, curlLines } from './clients.js';
import { addEmulatorFlags, type EmulatorFlags, type EmulatorSettings, emulatorSettings } from './emulator-flags.js';
import { untilSignalled } from './signals.js';
import { shown } from './terminal.js';

export function startCommand(): Command {
  const command = new Command('start')
    .summary('start the emulator of the API')
    .description("Serves datasets as the Apify API does: the API's own clients work with it unchanged.");
  return addEmulatorFlags(command)
    .addHelpText(
      'after',
      `
Examples:
  dataset-items start
  dataset-items start --in-memory --seed items.jsonl reviews.csv.gz
  dataset-items start --config emulator.json
  dataset-items start --port 0 --token secret --log json

--fsync: always, when it is on disk; batch, when the system has it, which is on disk within 100 ms; never, when the system has it.
Ctrl-C or SIGTERM ends it, with status 0; requests under way get two seconds to end.`,
    )
    .action((flags: EmulatorFlags) => runStart(emulatorSettings(flags, { port: 4040, storage: './storage', log: 'text' })));
}

async function runStart(settings: EmulatorSettings): Promise<void> {
  await untilSignalled(async (signal) => {
    // Loaded when it is needed: other commands start without it.
    const { openEmulator } = await import('./open-emulator.js');
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
    `Point clients at it:\n${clientLines(address)}`,
    `Try it:\n${curlLines(address, names[0], tasks[0])}`,
    'Ctrl-C ends it.\n',
  ].join('\n');
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none yet';
  const more = names.length > 5 ? `, and ${(names.length - 5).toLocaleString('en')} more` : '';
  return `${names.slice(0, 5).join(', ')}${more}`;
}
