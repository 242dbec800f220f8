import { Command } from 'commander';
import { exportFlagsOf, ownExportFlags } from './export-flags.js';
import { kebab } from './flags.js';
import { addOwnFlags, addParameterFlags } from './parameter-flags.js';
import { withPlugin } from './plugin.js';
import type { ExportFlags, Loaded } from './run-export.js';

const exportExamples = `
Examples:
  dataset-items export items.jsonl --format csv > items.csv
  dataset-items export items.jsonl --unwind reviews --fields name,rating -o reviews.csv
  dataset-items export items.json --query 'flatten=price&clean=1&format=csv' -o items.csv
  dataset-items export items.jsonl --desc --limit 10
  cat items.jsonl | dataset-items export --format json - > items.json

The format of the input is detected: JSON Lines, JSON (an array of objects, or one object), CSV, XLSX, any of these compressed with
gzip, brotli or zstd, one file of a zip archive, or a directory of JSON files with one item each.
Exit status: 0 done, 64 refused parameter, 65 input that is not items, 66 unreadable file, 74 unwritable output, 130 interrupted.`;

/** What is done with the arguments. */
export type Run = (files: readonly string[], flags: ExportFlags, loaded: Loaded) => Promise<void>;

/** @param args the arguments after `export`, which may name a plugin */
export function exportCommand(args: readonly string[], run: Run): Promise<Command> {
  return withPlugin((plugin) => {
    const command = new Command('export')
      .summary('write items in another format')
      .description('Writes the items of files, or of standard input, in another format.')
      .argument('[FILE...]', 'files, directories or patterns, read one after the other; - or nothing: standard input');
    for (const { name, short, placeholder, description } of ownExportFlags) {
      const letter = short === undefined ? '' : `-${short}, `;
      command.option(`${letter}--${kebab(name)}${placeholder === undefined ? '' : ` <${placeholder}>`}`, description);
    }
    for (const [heading, parameters] of Object.entries(exportFlagsOf(plugin))) {
      addParameterFlags(command, `${heading}:`, parameters);
    }
    const own = addOwnFlags(command, plugin.parameters);
    return command
      .addHelpText('after', exportExamples)
      .action((files: string[], flags: ExportFlags) => run(files, flags, { plugin, own }));
  }, args);
}
