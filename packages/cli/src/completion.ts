import { exportParameters } from '@dataset-items/exporter';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { inputParameters } from '@dataset-items/sources';
import { Command, type Option } from 'commander';
import { emulatorParameters } from './emulator-flags.js';
import { choicesOf } from './flags.js';
import { print } from './output/standard.js';
import { partParameters } from './part-flags.js';
import { proxyParameters } from './proxy-flags.js';

const shells = { bash, zsh, fish } as const;
const shellNames = Object.keys(shells);

export function completionCommand(program: Command): Command {
  return new Command('completion')
    .summary('print a completion script for a shell')
    .description(`Prints a script that completes commands and flags in a shell: ${shellNames.join(', ')}.`)
    .argument('<shell>', shellNames.join(', '))
    .addHelpText(
      'after',
      `
Examples:
  dataset-items completion bash > ~/.local/share/bash-completion/completions/dataset-items
  dataset-items completion zsh > "\${fpath[1]}/_dataset-items"
  dataset-items completion fish > ~/.config/fish/completions/dataset-items.fish`,
    )
    .action((shell: string) => {
      const script = Object.hasOwn(shells, shell) ? shells[shell as keyof typeof shells] : undefined;
      if (script === undefined) throw new InvalidParameterError('shell', shell, `one of ${shellNames.join(', ')}`);
      print(script(program.commands));
    });
}

const parameters = { ...exportParameters, ...inputParameters, ...emulatorParameters, ...proxyParameters, ...partParameters };

/** The words that a flag accepts; empty where it accepts other values. */
function wordsOf(option: Option): readonly string[] {
  const name = option.attributeName();
  return Object.hasOwn(parameters, name) ? choicesOf(parameters[name as keyof typeof parameters].expected) : [];
}

function flagsOf(command: Command): string[] {
  return [...command.options.flatMap(({ short, long }) => [short, long]), '--help'].filter((flag) => flag !== undefined);
}

function takesFile(option: Option): boolean {
  return /<(file|path|directory|module)(\.\.\.)?>/.test(option.flags);
}

function bash(commands: readonly Command[]): string {
  const values = new Map(
    commands.flatMap(({ options }) =>
      options.flatMap((option) => (wordsOf(option).length > 0 ? [[option.long, wordsOf(option)]] : [])),
    ),
  );
  const cases = Array.from(
    values,
    ([flag, words]) => `    ${flag}) COMPREPLY=($(compgen -W "${[...(words ?? [])].join(' ')}" -- "$current")); return ;;`,
  );
  const flags = commands
    .filter(({ registeredArguments }) => registeredArguments.length === 0 || registeredArguments.at(-1)?.variadic)
    .map((command) => `    ${command.name()}) flags="${flagsOf(command).join(' ')}" ;;`);
  return `_dataset_items() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} flags= IFS=$' \\n'
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map((command) => command.name()).join(' ')} --help --version" -- "$current"))
    return
  fi
  if [ "$current" = = ]; then current=
  elif [ "$previous" = = ]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case "$previous" in
${cases.join('\n')}
  esac
  case "\${COMP_WORDS[1]}" in
    completion) COMPREPLY=($(compgen -W "${shellNames.join(' ')} --help" -- "$current")); return ;;
${flags.join('\n')}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$current")) ;;
    *)
      IFS=$'\\n'
      COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _dataset_items dataset-items
`;
}

function zsh(commands: readonly Command[]): string {
  const quoted = (text: string): string => text.replace(/[[\]:'\\]/g, (found) => (found === "'" ? "'\\''" : `\\${found}`));
  const value = (option: Option): string => {
    if (!option.required) return '';
    const words = wordsOf(option);
    return words.length > 0 ? `:value:(${words.join(' ')})` : `:value:${takesFile(option) ? '_files' : ' '}`;
  };
  const specs = ({ options }: Command): string[] =>
    options.flatMap((option) =>
      [option.short, option.long].flatMap((flag) => (flag ? [`'${flag}[${quoted(option.description)}]${value(option)}'`] : [])),
    );
  const cases = commands.map(
    (command) => `    ${command.name()}) _arguments ${[...specs(command), "'*:file:_files'"].join(' \\\n      ')} ;;`,
  );
  const names = commands.map((command) => `'${command.name()}:${quoted(command.summary())}'`);
  return `#compdef dataset-items
_dataset_items() {
  if (( CURRENT == 2 )); then
    local commands=(${names.join(' ')})
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = _dataset-items ]; then
  _dataset_items "$@"
else
  compdef _dataset_items dataset-items
fi
`;
}

function fish(commands: readonly Command[]): string {
  const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const lines = commands.flatMap((command) => [
    `complete -c dataset-items -n __fish_use_subcommand -f -a ${command.name()} -d ${quoted(command.summary())}`,
    ...command.options.map((option) => {
      const words = wordsOf(option);
      const value = !option.required
        ? ''
        : words.length > 0
          ? ` -x -a ${quoted(words.join(' '))}`
          : takesFile(option)
            ? ' -r -F'
            : ' -x';
      const short = option.short === undefined ? '' : ` -s ${option.short.slice(1)}`;
      const seen = `'__fish_seen_subcommand_from ${command.name()}'`;
      return `complete -c dataset-items -n ${seen}${short} -l ${option.long?.slice(2)} -d ${quoted(option.description)}${value}`;
    }),
  ]);
  return `${lines.join('\n')}\n`;
}
