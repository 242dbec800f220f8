import { spawn } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { note, progressOf } from './journal.js';
import type { Plan } from './plan.js';

/** How long nothing may be written to the journal before the run counts as hung, in milliseconds. */
const silence = 180_000;

/**
 * Runs the tests over the mutants of the plan, in as many processes as it takes: a mutant that blocks one for good counts as killed, and the next goes on
 * after it. `tests`: only these files.
 */
export async function runSession(folder: string, plan: Plan, tests: readonly string[] = []): Promise<void> {
  writeFileSync(`${folder}/plan.json`, JSON.stringify(plan));
  for (;;) {
    const { spoilt } = progressOf(plan.journal);
    const ended = await runVitest(`${folder}/plan.json`, plan, tests);
    const { open, spoilt: after } = progressOf(plan.journal);
    if (open !== undefined) note(plan.journal, { kind: 'killed', ...open, why: ended ? 'the process ended' : 'hung' });
    else if (plan.on > 0 && !ended) note(plan.journal, { kind: 'killed', mutant: plan.on, test: 'while loading', why: 'hung' });
    if (plan.on > 0 || (open === undefined && after === spoilt && ended)) return;
  }
}

/** False: it hung and was ended. */
function runVitest(planFile: string, { journal, on }: Plan, tests: readonly string[]): Promise<boolean> {
  const env = { ...process.env, MUTATION_PLAN: planFile, PROPERTY_RUNS: process.env.PROPERTY_RUNS ?? '20', PROPERTY_SEED: '1' };
  const child = spawn('node_modules/.bin/vitest', ['run', '--config', 'test/mutation/vitest.config.ts', ...tests], {
    env,
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    const begun = Date.now();
    const watch = setInterval(() => {
      if (on > 0 && child.pid !== undefined && progressOf(journal).killed.has(on)) {
        process.kill(-child.pid, 'SIGKILL');
        return end(true);
      }
      if (Date.now() - Math.max(begun, lastWrite(journal)) < silence || child.pid === undefined) return;
      process.kill(-child.pid, 'SIGKILL');
      end(false);
    }, 2000);
    const end = (ended: boolean): void => {
      clearInterval(watch);
      resolve(ended);
    };
    child.on('error', reject);
    child.on('exit', () => end(true));
  });
}

function lastWrite(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
