import { describe, expect, it } from 'vitest';
import { instrument } from './instrument.js';
import { mutantsOf, nameOf } from './mutants.js';

/** The mutants of a file, as its text with each. */
const rows: [why: string, source: string, mutated: string[]][] = [
  ['conditions', 'if (a) b();', ['if (!(a)) b();', 'if (a) ;']],
  ['comparisons', 'x = a < 1;', [';', 'x = (a) <= (1);', 'x = a < 2;']],
  ['either, or', 'x = a ?? b;', [';', 'x = (a) && (b);']],
  ['arithmetic in place', 'a += 2;', [';', 'a -= 2;', 'a += 3;']],
  ['counting', 'for (;;i++) {}', ['for (;;i--) {}']],
  ['texts, not names', "x = { 'a': 'b', c: '' };", [';', "x = { 'a': '', c: '' };", "x = { 'a': 'b', c: '?' };"]],
  ['templates', `f(\`a\${b}\`);`, [';', "f('');"]],
  ['arrays, not patterns', '[a] = [b];', [';', '[a] = [];']],
  ['optional calls', 'x = a?.b();', [';', 'x = undefined;']],
  ['ways out', 'while (true) break;', ['while (!(true)) break;', 'while (false) break;', 'while (true) ;']],
  [
    'nothing of types, imports, help',
    "import a from 'a'; type B = 'b'; const c: 1 = d as 1, e = { summary: 'f' }, g = flag('h');",
    [],
  ],
];

describe('mutants', () => {
  it.each(rows)('%s', (_why, source, mutated) => {
    const texts = mutantsOf('a.ts', source).map(({ start, end, text }) => source.slice(0, start) + text + source.slice(end));
    expect(texts).toEqual(mutated);
  });

  it('are named by their change, independent of the line number', () => {
    const [mutant] = mutantsOf('a.ts', 'b();\nif (a) b();').slice(1);
    expect(mutant && nameOf(mutant, 'b();\nif (a) b();')).toBe('a.ts: negated condition: if (a) b(); => a becomes !(a)');
  });

  it('are together in one text, each behind its switch', () => {
    const source = 'let n = 0;\nfor (const x of given) {\n  if (x < 3) n += x;\n}\ndone(n);';
    const mutants = mutantsOf('a.ts', source).map((mutant, at) => ({ ...mutant, id: at + 1 }));
    const run = new Function('given', 'done', 'globalThis', instrument('a.ts', source, mutants));
    const result = (on: number): { n: number | undefined; turns: number } => {
      let n: number | undefined;
      let turns = 0;
      const mutation = { isOn: (id: number) => id === on, turn: () => turns++ };
      run(
        [1, 2, 3],
        (made: number) => {
          n = made;
        },
        { mutation },
      );
      return { n, turns };
    };
    expect(result(0)).toEqual({ n: 3, turns: 3 });
    const changes = mutants.map(({ change, id }) => [change, result(id).n]);
    expect(changes).toEqual([
      ['number plus one', 4],
      ['negated condition', 3],
      ['< to <=', 6],
      ['number plus one', 6],
      ['statement removed', 0],
      ['+= to -=', -3],
      ['statement removed', undefined],
    ]);
  });
});
