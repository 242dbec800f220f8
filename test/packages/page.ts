import { bundle, portableFormats } from './bundles.js';
import type { Packed } from './packed.js';
import { publishedPackages } from './published.js';
import { installedWith } from './tree.js';

const listed = (names: readonly string[]): string => names.map((name) => `\`${name.replace('@dataset-items/', '')}\``).join(', ');

/** The page with current tables. */
export async function refreshed(page: string, packed: readonly Packed[]): Promise<string> {
  const installed = publishedPackages.map(({ name }) => {
    const { own, others, size } = installedWith(name, packed);
    return `| \`${name}\` | ${listed(own)} | ${listed(others)} | ${Math.round(size / 1000)} |\n`;
  });
  const bundles: string[] = [];
  for (const format of [undefined, ...portableFormats]) {
    bundles.push(`| ${format ?? 'the query alone'} | ${((await bundle(format)).size / 1000).toFixed(1)} |\n`);
  }
  return page
    .replace(/(?<=\| package \| from this repository.*\n\|[-|]+\n)(\|.*\n)*/, installed.join(''))
    .replace(/(?<=\| format \| kB \|\n\|[-|]+\n)(\|.*\n)*/, bundles.join(''));
}
