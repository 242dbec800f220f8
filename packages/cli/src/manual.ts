import { formatNames, formats } from '@dataset-items/serializers';
import { sourceFormatNames, sourceFormats } from '@dataset-items/sources';
import { Command } from 'commander';
import { exitMeanings } from './exit.js';
import { print } from './output/standard.js';

export function manualCommand(program: Command): Command {
  return new Command('manual')
    .summary('print the manual')
    .description('Prints the manual: all commands, flags, formats and exit statuses.')
    .action(() => print(manualPage(program)));
}

/** The whole command on one page, laid out like a manual page. */
export function manualPage(program: Command): string {
  return [
    section('NAME', [`${program.name()} - exports stored dataset items in the format that you need, as a stream`]),
    section(
      'SYNOPSIS',
      program.commands.map((command) => `${program.name()} ${command.name()} ${command.usage()}`),
    ),
    ...program.commands.map((command) => section(command.name().toUpperCase(), commandLines(command))),
    section(
      'INPUT',
      sourceFormatNames.flatMap((name) => [name, `    ${sourceFormats[name].summary}`]),
    ),
    section(
      'FORMATS',
      formatNames.flatMap((name) => [
        name,
        `    ${formats[name].summary} (.${formats[name].extension}, ${formats[name].mediaType})`,
      ]),
    ),
    section(
      'EXIT STATUS',
      Object.entries(exitMeanings).map(([status, meaning]) => `${status.padStart(3)}  ${meaning}`),
    ),
    section('ENVIRONMENT', [
      'NO_COLOR',
      '    if set, no colours on a terminal',
      'NODE_DISABLE_COMPILE_CACHE',
      '    if set, compiled code of the command is not kept in its folder, and is not used',
      'TMPDIR',
      '    directory for temporary files, unless --temporary-directory is given',
    ]),
  ].join('\n');
}

function commandLines(command: Command): string[] {
  const help = command.createHelp();
  const groups = new Map<string, string[]>();
  for (const option of help.visibleOptions(command)) {
    const heading = option.helpGroupHeading ?? 'Options:';
    groups.set(heading, [...(groups.get(heading) ?? []), option.flags, ...wrapped(option.description, 8)]);
  }
  return [
    ...wrapped(command.description(), 0),
    ...Array.from(groups).flatMap(([heading, lines]) => ['', heading, ...lines.map((line) => `    ${line}`)]),
  ];
}

const WIDTH = 76;

function wrapped(text: string, indent: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1] as string;
    if (last.length + word.length + indent > WIDTH) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line) => `${' '.repeat(indent)}${line}`);
}

function section(title: string, lines: readonly string[]): string {
  return `${[title, ...lines.map((line) => (line === '' ? '' : `    ${line}`))].join('\n')}\n`;
}
