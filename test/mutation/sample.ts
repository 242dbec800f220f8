import { readdirSync, readFileSync } from 'node:fs';
import type { Mutant } from './mutants.js';
import { mutantsOf } from './mutants.js';

export const packages = ['query-pipeline', 'serializers', 'sources'] as const;

/** The source files of the packages, with `/`, from the root of the repository. */
export function sourceFiles(): string[] {
  return packages.flatMap((name) => {
    const folder = `packages/${name}/src`;
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.includes('/testing/'))
      .sort();
  });
}

/** Every mutant of a file in an order made from the seed: the first ones are the sample. */
export function shuffledMutants(file: string, seed: number): Mutant[] {
  const mutants = mutantsOf(file, readFileSync(file, 'utf8'));
  const random = randomOf(`${seed} ${file}`);
  for (let at = mutants.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    const [here, there] = [mutants[at], mutants[other]];
    if (here === undefined || there === undefined) continue;
    mutants[at] = there;
    mutants[other] = here;
  }
  return mutants;
}

/** Numbers from 0 to below 1, the same ones for the same text (a linear congruential generator over 32 bits). */
function randomOf(text: string): () => number {
  let state = 2166136261;
  for (const character of text) state = Math.imul(state ^ character.charCodeAt(0), 16777619) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
