import type { KeyValueStore } from '../key-value/store.js';
import { counted, type Next } from './legs.js';
import type { LiveRun } from './live-run.js';
import type { Run } from './run.js';
import { RunNotRunningError } from './run-errors.js';
import type { Runs } from './runs.js';

interface Found {
  readonly run: Run;
  /** `undefined`: it ended before the emulator started. */
  readonly live?: LiveRun;
}

/** The ways in which a run continues with new processes. */
export function continuations(
  find: (id: string) => Found | undefined,
  keyValues: KeyValueStore,
  now: () => Date,
): Pick<Runs, 'reboot' | 'metamorph' | 'migrate'> {
  const liveOf = ({ live, run }: Found): LiveRun => {
    if (live === undefined) throw new RunNotRunningError(run);
    return live;
  };
  const again = async (found: Found, next: Next): Promise<Run> => {
    await liveOf(found).again(next);
    return found.run;
  };
  return {
    async reboot(id) {
      const found = find(id);
      const record = (run: Run): Run => counted(run, 'rebootCount');
      return found && again(found, { line: 'ACTOR: The run was rebooted.', record });
    },
    async metamorph(id, { input, ...wanted }) {
      const found = find(id);
      if (found === undefined) return undefined;
      const { defaultKeyValueStoreId, metamorphs = [] } = found.run;
      const inputKey = `INPUT-METAMORPH-${metamorphs.length + 1}`;
      const { actorId, buildId } = wanted;
      const metamorph = { createdAt: now().toISOString(), actorId, buildId, inputKey };
      return again(found, {
        line: `ACTOR: The run becomes a run of the actor ${actorId}.`,
        leg: { ...wanted, inputKey },
        async prepare() {
          if (input !== undefined) await keyValues.find(defaultKeyValueStoreId)?.set(inputKey, input.contentType, input.bytes);
        },
        record: (run) => ({ ...run, metamorphs: [...metamorphs, metamorph] }),
      });
    },
    migrate(id, milliseconds) {
      const found = find(id);
      if (found === undefined) return undefined;
      liveOf(found).migrate(milliseconds);
      return found.run;
    },
  };
}
