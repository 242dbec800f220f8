import { Command } from 'commander';
import { print } from './output/standard.js';
import { notify, paint, shown } from './terminal.js';

export function convertCommand(): Command {
  return new Command('convert-storage')
    .summary('convert a storage directory that an earlier release wrote')
    .description('Converts a storage of version 1 or 2, so that this release can open it. Items are not changed.')
    .argument('<directory>', 'the storage directory, as given to `start --storage`')
    .addHelpText(
      'after',
      '\nExample:\n  dataset-items convert-storage ./storage\n\nStop the emulator that uses the directory first. If the conversion is interrupted, run the command again.',
    )
    .action(runConvert);
}

async function runConvert(directory: string): Promise<void> {
  // Loaded on demand, because other commands do not need it.
  const { convertStorage } = await import('@dataset-items/emulator');
  const { datasets, keyValueStores, requestQueues, runs, tasks } = await convertStorage(directory, (message) =>
    notify(`${paint.yellow('warning:')} ${shown(message)}`),
  );
  print(
    `${shown(directory)}: datasets ${datasets}, key-value stores ${keyValueStores}, request queues ${requestQueues}, runs ${runs}, tasks ${tasks}\n`,
  );
}
