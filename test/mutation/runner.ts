import { type RunnerTestCase, TestRunner } from 'vitest';
import { note, progressOf } from './journal.js';
import { readPlan } from './plan.js';
import { reached, state } from './switches.js';

const { journal, budget, mutants, on } = readPlan();
const progress = progressOf(journal);
const ids = new Set(mutants.map(({ id }) => id));
/** Set when a mutant left something behind in this process: what comes after is for the next one. */
let isSpoilt = false;

state.on = on;
if (on > 0) state.limit = 20_000_000;

/**
 * Runs each test once as it is, then once with each mutant that it reaches and that is still alive. Before the mutants it runs a second time as it is, and
 * after each failure again: a test that cannot be repeated is not used, and a mutant that spoils the process ends it.
 */
// biome-ignore lint/style/noDefaultExport: vitest takes a runner so
export default class MutationRunner extends TestRunner {
  async runTask(test: RunnerTestCase): Promise<void> {
    const run = TestRunner.getTestFn(test);
    const name = nameOf(test);
    if (on > 0) return tryStatic(name, run);
    if (isSpoilt || progress.tested.has(name)) return;
    noteStatic();
    state.turns = 0;
    const started = Date.now();
    await run();
    const ms = Date.now() - started;
    const { turns } = state;
    const alive = [...reached].filter((id) => ids.has(id) && !progress.killed.has(id) && !progress.tried.has(`${id} ${name}`));
    if (alive.length > 0) await tryEach(alive, { name, run, ms, turns });
    reached.clear();
    if (isSpoilt) endProcess();
    note(journal, { kind: 'tested', test: name });
  }
}

/** What a mutant left behind may never end, so the process does not wait for it. */
function endProcess(): never {
  note(journal, { kind: 'spoilt' });
  process.kill(process.pid, 'SIGKILL');
  throw new Error('the process goes on');
}

interface Tried {
  name: string;
  run: () => unknown;
  /** Milliseconds and turns of loops of the test as it is. */
  ms: number;
  turns: number;
}

async function tryEach(alive: readonly number[], tried: Tried): Promise<void> {
  const { name } = tried;
  const second = await failureOf(tried);
  if (second !== undefined) {
    note(journal, { kind: 'unusable', test: name, why: second });
    return;
  }
  let first = true;
  for (const mutant of alive) {
    if ((progress.spent.get(mutant) ?? 0) > budget) continue;
    note(journal, { kind: 'started', mutant, test: name });
    const started = Date.now();
    state.on = mutant;
    const why = await failureOf(tried);
    state.on = 0;
    if (why === undefined) {
      const ms = Date.now() - started;
      progress.spent.set(mutant, (progress.spent.get(mutant) ?? 0) + ms);
      note(journal, { kind: 'survived', mutant, test: name, ms });
      first = false;
      continue;
    }
    isSpoilt = why === late || (await failureOf(tried)) !== undefined;
    if (isSpoilt && !first) {
      note(journal, { kind: 'again', mutant, test: name });
      return;
    }
    progress.killed.set(mutant, name);
    note(journal, { kind: 'killed', mutant, test: name, why: why.slice(0, 200) });
    if (isSpoilt) return;
    first = true;
  }
}

async function tryStatic(name: string, run: () => unknown): Promise<void> {
  if (progress.killed.has(on)) return;
  const why = await failureOf({ name, run, ms: 1000, turns: state.limit });
  if (why === undefined) return;
  progress.killed.set(on, name);
  note(journal, { kind: 'killed', mutant: on, test: name, why: why.slice(0, 200) });
}

/** What was reached since the last test ended was reached by no test: while modules were loaded, or in a hook. */
function noteStatic(): void {
  const found = [...reached].filter((id) => ids.has(id) && !progress.whileLoading.has(id));
  for (const id of found) progress.whileLoading.add(id);
  if (found.length > 0) note(journal, { kind: 'static', mutants: found });
  reached.clear();
}

const late = 'no answer in time';

/** Why the test fails; undefined: it does not. */
async function failureOf({ run, ms, turns }: Tried): Promise<string | undefined> {
  state.turns = 0;
  state.limit = turns * 20 + 1_000_000;
  let timer: NodeJS.Timeout | undefined;
  try {
    const timeUp = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, 15_000 + ms * 10, late);
    });
    return await Promise.race([timeUp, Promise.resolve(run()).then(() => undefined)]);
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error);
  } finally {
    clearTimeout(timer);
    state.limit = Number.POSITIVE_INFINITY;
  }
}

function nameOf(test: RunnerTestCase): string {
  const names = [test.name];
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name);
  return `${test.file.name} > ${names.join(' > ')}`;
}
