import { basename, extname } from 'node:path';
import { parseParameters, text, wholeNumber } from '@dataset-items/query-pipeline';
import { expandPaths, fileSource } from '@dataset-items/sources';
import { Command } from 'commander';
import { textsOf } from './flags.js';
import { unavailable } from './listening.js';
import { addParameterFlags } from './parameter-flags.js';
import { untilSignalled } from './signals.js';
import { notify, paint, shown } from './terminal.js';

const parameters = {
  port: wholeNumber('Port to listen on; 0 for any free port', { most: 65_535, local: true, defaultText: 'any free port' }),
  host: text('Address of this machine to listen on', { placeholder: '<address>', local: true, defaultText: '127.0.0.1' }),
} as const;

export function openCommand(): Command {
  const command = new Command('open')
    .summary('look at files in a browser')
    .description('Serves files read-only to a page in the browser of this machine, and prints its address.')
    .argument('<FILE...>', 'files, directories or patterns; each file is a dataset');
  return addParameterFlags(command, 'Page:', parameters)
    .addHelpText(
      'after',
      `
Examples:
  dataset-items open items.jsonl
  dataset-items open reviews.csv.gz 'pages-*.jsonl'

The files are read again for each view, so the page shows what they have now. Ctrl-C ends the command with status 0.`,
    )
    .action((files: string[], flags: Record<string, unknown>) => runOpen(files, flags));
}

async function runOpen(patterns: readonly string[], flags: Record<string, unknown>): Promise<void> {
  const given = parseParameters(parameters, textsOf(parameters, flags), { local: true });
  const { port = 0, host = '127.0.0.1' } = given;
  const files = datasetNames(await expandPaths(patterns));
  // A file that is missing is an error now, not in the browser.
  for (const path of Object.values(files)) await (await fileSource(path)).close?.();
  await untilSignalled(async (signal) => {
    const { createProxy } = await import('@dataset-items/proxy');
    const onNotice = (line: string): void => notify(`${paint.yellow('warning:')} ${shown(line)}`);
    const server = await createProxy({ sources: files, files, ownOrigin: true, onNotice });
    try {
      const { url } = await server.listen({ port, host }).catch((error: unknown) => {
        throw unavailable(port, host, error);
      });
      const names = Object.keys(files);
      const [only] = names.length === 1 ? names : [];
      const address = only === undefined ? `${url}/` : `${url}/storage/datasets/${only}`;
      const list = Object.entries(files).map(([name, path]) => `  ${name}: ${shown(path)}`);
      process.stdout.write(`The page is at ${address}\n${list.join('\n')}\nPress Ctrl-C to stop it.\n`);
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    } finally {
      await server.close();
    }
  });
}

/** Letters of the longest name of a dataset. */
const LONGEST = 63;

/** Files by the names of their datasets: the file's own without its extensions, and with a number where it is taken. */
export function datasetNames(paths: readonly string[]): Record<string, string> {
  const files = new Map<string, string>();
  for (const path of paths) {
    const name = plainName(path);
    let unique = name;
    for (let number = 2; files.has(unique); number++) unique = `${name.slice(0, LONGEST - `-${number}`.length)}-${number}`;
    files.set(unique, path);
  }
  return Object.fromEntries(files);
}

/** Letters, digits and hyphens, as the API has names. */
function plainName(path: string): string {
  let name = basename(path);
  // `items.jsonl.gz` has two.
  for (let extension = extname(name); extension !== '' && extension.length <= 6; extension = extname(name))
    name = name.slice(0, -extension.length);
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z\d]+/gi, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'items' : plain;
}
