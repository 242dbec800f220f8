import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  accessParameters,
  exportParameters,
  formatNames,
  formats,
  inputParameters,
  queryParameters,
  tableParameters,
  textParameters,
  windowParameters,
} from 'dataset-items';
import { endpoints } from 'dataset-items/emulator';
import { figuresSection, performanceSections } from '../benchmarks/dist/readme.js';

/** Pages made from the registries: path from the root of the repository, and content. */
export function pages() {
  return new Map([
    ['docs/parameters.md', parametersPage()],
    ['docs/formats.md', formatsPage()],
    ['docs/manual.txt', manualPage()],
    ['docs/emulator.md', emulatorPage()],
    ['docs/performance.md', performancePage()],
    ['README.md', readmePage()],
  ]);
}

const notice = '<!-- Made from the registries by `npm run docs`. -->';
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const cell = (text) => text.replaceAll('|', '\\|');
const flagOf = (name, { kind, placeholder }) =>
  kind === 'value'
    ? `\`--${kebab(name)} ${placeholder}\``
    : kind === 'toggle'
      ? `\`--${kebab(name)}\`, \`--no-${kebab(name)}\``
      : `\`--${kebab(name)}\``;

function parametersPage() {
  const own = Object.values(formats).flatMap(({ parameters }) => Object.keys(parameters));
  const sections = [
    ['Input', Object.keys(inputParameters)],
    ['Window of stored items', Object.keys(windowParameters)],
    ['Query', Object.keys(queryParameters)],
    ['Format', ['format', ...Object.keys(textParameters), ...own]],
    ['Formats with columns', Object.keys(tableParameters)],
  ];
  const known = { ...inputParameters, ...exportParameters, ...accessParameters };
  return `${[
    notice,
    '# Parameters',
    'The API and `--query` take parameters by name; the command has a flag for each. Parameters marked *local* are options of the library and the command; an API request cannot set them.',
    'Lists are comma separated: blanks around a name are trimmed, empty names dropped, a name given twice counts once. An empty value is the same as not giving the parameter; giving the same parameter twice is refused; an unknown parameter is ignored, and refused as a flag or where `strict` is set.',
    ...sections.flatMap(([title, names]) => [`## ${title}`, table(names, known)]),
    '## Access over HTTP',
    table(Object.keys(accessParameters), known, false),
  ].join('\n\n')}\n`;
}

function table(names, known, flags = true) {
  const rows = names.map((name) => {
    const parameter = known[name];
    const { summary, expected, defaultText = '', words, local } = parameter;
    const takes = words === undefined ? expected : `${expected}; the command also accepts ${Object.keys(words).join(', ')}`;
    return `| \`${name}\`${local ? ' *local*' : ''} | ${flags ? `${flagOf(name, parameter)} | ` : ''}${cell(summary)} | ${cell(takes)} | ${cell(defaultText)} |`;
  });
  return [
    `| parameter | ${flags ? 'flag | ' : ''}meaning | accepted | default |`,
    `|---|---|---|---|${flags ? '---|' : ''}`,
    ...rows,
  ].join('\n');
}

function formatsPage() {
  const rows = formatNames.map((name) => {
    const { summary, mediaType, extension, kind, parameters } = formats[name];
    const own = Object.keys(parameters).map((parameter) => `\`${parameter}\``);
    return `| \`${name}\` | ${summary} | \`${mediaType}\` | \`.${extension}\` | ${kind === 'table' ? 'yes' : 'no'} | ${own.join(' ')} |`;
  });
  return `${[
    notice,
    '# Formats',
    [
      '| format | what it is | media type | extension | columns | its own parameters |',
      '|---|---|---|---|---|---|',
      ...rows,
    ].join('\n'),
  ].join('\n\n')}\n`;
}

/** The output of the built command. */
function manualPage() {
  const command = fileURLToPath(new URL('../packages/cli/dist/main.cjs', import.meta.url));
  return execFileSync(process.execPath, [command, 'manual'], { encoding: 'utf8' });
}

function readmePage() {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const rows = Object.entries(exportParameters)
    .filter(([, { local }]) => !local)
    .map(([name, { summary, defaultText = '' }]) => `| \`${name}\` | ${cell(summary)} | ${cell(defaultText)} |`);
  const made = ['| parameter | meaning | default |', '|---|---|---|', ...rows].join('\n');
  return readme
    .replace(/(<!-- parameters -->\n)[\s\S]*?(<!-- \/parameters -->)/, (_, start, end) => `${start}${made}\n${end}`)
    .replace(/(<!-- figures -->\n)[\s\S]*?(<!-- \/figures -->)/, (_, start, end) => `${start}${figuresSection()}${end}`);
}

/** Fills figures into a page that is written by hand. */
function performancePage() {
  const sections = performanceSections();
  const page = readFileSync(new URL('performance.md', import.meta.url), 'utf8');
  return page.replace(
    /(<!-- (targets|profile) -->\n)[\s\S]*?(<!-- \/\2 -->)/g,
    (_, start, title, end) => `${start}${sections[title]}${end}`,
  );
}

/** Endpoints in a row that differ in their methods only become one. */
function joined(endpoints) {
  const rows = [];
  for (const endpoint of endpoints) {
    const last = rows.at(-1);
    const isSame = last?.path === endpoint.path && last.summary === endpoint.summary;
    if (isSame) rows[rows.length - 1] = { ...last, method: `${last.method} ${endpoint.method}` };
    else rows.push(endpoint);
  }
  return rows;
}

/** Fills tables of endpoints into a page that is written by hand. */
function emulatorPage() {
  const isControl = ({ path }) => path.startsWith('/_emulator/');
  const served = endpoints.filter(({ summary }) => summary !== undefined);
  const unserved = endpoints.filter(({ summary }) => summary === undefined);
  const paths = [...new Set(unserved.map(({ path }) => path))];
  const methodsOf = (wanted) => unserved.filter(({ path }) => path === wanted).map(({ method }) => method);
  const insteadAt = (wanted) => unserved.find(({ path }) => path === wanted).instead;
  const name = ({ method, path }) => `\`${method} ${path}\``;
  const tables = {
    served: [
      '| endpoint | what it does | difference from the API |',
      '|---|---|---|',
      ...joined(served.filter((endpoint) => !isControl(endpoint))).map(
        (endpoint) => `| ${name(endpoint)} | ${cell(endpoint.summary)} | ${cell(endpoint.differs ?? '')} |`,
      ),
    ],
    control: [
      '| endpoint | what it does |',
      '|---|---|',
      ...served.filter(isControl).map((endpoint) => `| ${name(endpoint)} | ${cell(endpoint.summary)} |`),
    ],
    'not served': [
      '| endpoint | do this instead |',
      '|---|---|',
      ...paths.map((path) => `| \`${methodsOf(path).join(' ')} ${path}\` | ${cell(insteadAt(path))} |`),
    ],
  };
  const page = readFileSync(new URL('emulator.md', import.meta.url), 'utf8');
  return page.replace(/(<!-- ([a-z ]+) -->\n)[\s\S]*?(<!-- \/\2 -->)/g, (whole, start, title, end) =>
    tables[title] === undefined ? whole : [start.trimEnd(), ...tables[title], end].join('\n'),
  );
}
