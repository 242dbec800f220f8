import type { FormatFacts, ParameterFacts } from '../../shared/settings.js';

/** What a text that is taken along must say. */
export interface Taken {
  /** `http://localhost:4040`. */
  readonly origin: string;
  /** The server asks for a token. */
  readonly token: boolean;
  readonly dataset: { readonly id: string; readonly name: string; readonly modifiedAt: string };
  readonly format: FormatFacts;
  /** Parameters of the export, for programs that know the dataset's schema. */
  readonly search: URLSearchParams;
  /** The same without a view: with what the view supplies. */
  readonly plain: URLSearchParams;
  readonly parameters: readonly ParameterFacts[];
  /** The file that the dataset is, if the server has opened files. */
  readonly file: string | undefined;
}

export interface CopyText {
  readonly name: string;
  readonly text: string;
  /** What it cannot do. It is then no text to run. */
  readonly missing?: string;
}

/** The same export as an address, a command of curl, a call of the API's client, a call of the library, and a command. */
export function copyTexts(taken: Taken): CopyText[] {
  return [
    { name: 'URL', text: urlOf(taken) },
    { name: 'curl', text: curlOf(taken) },
    clientOf(taken),
    { name: 'library', text: libraryOf(taken) },
    { name: 'command', text: commandOf(taken) },
  ];
}

export function fileNameOf({ dataset, format }: Pick<Taken, 'dataset' | 'format'>): string {
  return `${safeName(dataset)}.${format.extension}`;
}

/** The file that a text writes, which is never the one that it reads. */
function savedAs(taken: Taken, input = taken.file): string {
  const name = fileNameOf(taken);
  // Not all file systems tell upper from lower case.
  const isInput = input?.split(/[\\/]/).at(-1)?.toLowerCase() === name.toLowerCase();
  return isInput ? `${safeName(taken.dataset)}-export.${taken.format.extension}` : name;
}

/** A name that is a file name everywhere. */
function safeName({ name, id }: Taken['dataset']): string {
  return /^[\w][\w.-]*$/.test(name) ? name : id;
}

function itemsUrl({ origin, dataset }: Taken): string {
  return `${origin}/v2/datasets/${encodeURIComponent(dataset.id)}/items`;
}

function urlOf(taken: Taken): string {
  return `${itemsUrl(taken)}?${taken.search}`;
}

function accessOf({ token }: Taken): string {
  return token ? '-H "Authorization: Bearer $APIFY_TOKEN" ' : '';
}

function curlOf(taken: Taken): string {
  return `curl -fsS ${accessOf(taken)}${shellWord(urlOf(taken))} -o ${shellWord(savedAs(taken))}`;
}

/** Parameters that `downloadItems` of apify-client knows. It refuses others. */
const ofClient = new Set(
  'bom clean delimiter desc fields flatten limit offset omit skipEmpty skipHeaderRow skipHidden unwind view xmlRoot xmlRow'.split(
    ' ',
  ),
);

function clientOf(taken: Taken): CopyText {
  const name = 'apify-client';
  const { origin, token, dataset, format, search, parameters } = taken;
  const given = [...search].filter(([parameter]) => parameter !== 'format');
  const missing = given.map(([parameter]) => parameter).filter((parameter) => !ofClient.has(parameter));
  if (missing.length > 0) {
    return {
      name,
      text: '',
      missing: `apify-client has no option for ${missing.join(' and ')}. Take the URL or the library instead.`,
    };
  }
  const options = given.length === 0 ? '' : `, ${literal(given, parameters)}`;
  return {
    name,
    text: [
      "import { writeFile } from 'node:fs/promises';",
      "import { ApifyClient } from 'apify-client';",
      '',
      `const client = new ApifyClient({ baseUrl: ${quoted(origin)}, token: ${token ? 'process.env.APIFY_TOKEN' : "'any'"} });`,
      `const items = await client.dataset(${quoted(dataset.id)}).downloadItems(${quoted(format.name)}${options});`,
      `await writeFile(${quoted(savedAs(taken))}, items);`,
    ].join('\n'),
  };
}

function libraryOf(taken: Taken): string {
  const { dataset, token, plain, parameters, format, file } = taken;
  const source =
    file === undefined
      ? [
          `const response = await fetch(${quoted(`${itemsUrl(taken)}?format=jsonl`)}${token ? `, {\n  headers: { authorization: 'Bearer ' + process.env.APIFY_TOKEN },\n}` : ''});`,
          `const facts = { id: ${quoted(dataset.id)}, name: ${quoted(dataset.name)}, modifiedAt: new Date(${quoted(dataset.modifiedAt)}) };`,
          'const source = streamSource(Readable.fromWeb(response.body), facts);',
        ]
      : [`const source = await fileSource(${quoted(file)});`];
  // A format that links to its URL has that of the download.
  const url = format.links ? `, { url: ${quoted(urlOf(taken))} }` : '';
  return [
    "import { createWriteStream } from 'node:fs';",
    "import { Readable } from 'node:stream';",
    "import { pipeline } from 'node:stream/promises';",
    `import { exportItems, ${file === undefined ? 'streamSource' : 'fileSource'} } from 'dataset-items';`,
    '',
    ...source,
    `const request = ${literal([...plain], parameters)};`,
    `const { bytes } = await exportItems(source, request${url});`,
    `await pipeline(Readable.from(bytes), createWriteStream(${quoted(savedAs(taken))}));`,
  ].join('\n');
}

function commandOf(taken: Taken): string {
  const { dataset, plain, format, file, parameters } = taken;
  // A file gives its name to what is made of it, so the input has the name of the dataset.
  const input = file ?? `${safeName(dataset)}.jsonl`;
  const flags = [...plain].filter(([name]) => name !== 'format').map(([name, value]) => flagOf(name, value, parameters));
  // The command writes the last line feed unless it is told not to.
  if (format.parameters.includes('finalNewline') && !plain.has('finalNewline')) flags.push('--no-final-newline');
  for (const [name, value] of describing(taken))
    if (format.parameters.includes(name) && !plain.has(name)) flags.push(flagOf(name, value, parameters));
  const made = [
    'dataset-items export',
    shellWord(input),
    `--format ${format.name}`,
    ...flags,
    `-o ${shellWord(savedAs(taken, input))}`,
  ].join(' ');
  if (file !== undefined) return made;
  const fetched = `curl -fsS ${accessOf(taken)}${shellWord(`${itemsUrl(taken)}?format=jsonl`)} -o ${shellWord(input)}`;
  // A workbook and a feed have the date of the dataset in them, which is that of the file.
  const dated = format.dated ? [`touch -d ${shellWord(dataset.modifiedAt)} ${shellWord(input)}`] : [];
  return [fetched, ...dated, made].join(' &&\n');
}

/** What the server knows of the dataset, and a file does not say. */
function describing(taken: Taken): [name: string, value: string][] {
  const { id, name } = taken.dataset;
  return [
    ['feedTitle', `Dataset ${name || id}`],
    ['feedDescription', `Items in dataset with id "${id}".`],
    ['feedLink', urlOf(taken)],
  ];
}

function flagOf(name: string, value: string, parameters: readonly ParameterFacts[]): string {
  const kind = parameters.find((parameter) => parameter.name === name)?.kind;
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (kind === 'flag' || kind === 'toggle') return value === '1' || value === 'true' ? `--${flag}` : `--no-${flag}`;
  // `=` because a value may begin with a hyphen.
  return shellWord(value) === value && !value.startsWith('-') ? `--${flag} ${value}` : `--${flag}=${shellWord(value)}`;
}

/** An object of JavaScript with the values of parameters. */
function literal(given: readonly (readonly [string, string])[], parameters: readonly ParameterFacts[]): string {
  const entries = given.map(
    ([name, value]) =>
      `${name}: ${codeOf(
        value,
        parameters.find((each) => each.name === name),
      )}`,
  );
  return `{ ${entries.join(', ')} }`;
}

function codeOf(value: string, parameter: ParameterFacts | undefined): string {
  if (parameter?.kind === 'flag' || parameter?.kind === 'toggle') return String(value === '1' || value === 'true');
  if (parameter?.placeholder === '<n>' && /^\d+$/.test(value)) return String(Number(value));
  if (parameter?.placeholder !== '<names>') return quoted(value);
  const names = value.split(',').flatMap((name) => name.trim() || []);
  return `[${names.map(quoted).join(', ')}]`;
}

/** A text of JavaScript. */
export function quoted(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

/** One word of a shell, whatever is in the text. */
export function shellWord(text: string): string {
  return /^[\w.:/@,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
