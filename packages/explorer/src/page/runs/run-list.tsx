import { pathTo } from '../app/address.js';
import { agoText } from '../app/words.js';
import { durationText, type Run, runPath } from './run.js';
import { Status } from './status.js';

interface RunListProps {
  readonly runs: readonly Run[];
  /** Names by id of actor or task. */
  readonly names: ReadonlyMap<string, string>;
}

export function RunList({ runs, names }: RunListProps) {
  const now = Date.now();
  return (
    <div class="scrolled">
      <table class="list">
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Of</th>
            <th scope="col">Status</th>
            <th scope="col">Started</th>
            <th scope="col" class="number">
              Time
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <th scope="row">
                <a href={pathTo(runPath, { actorId: run.actId, runId: run.id })}>{run.id}</a>
              </th>
              <td>{names.get(run.actorTaskId ?? '') ?? names.get(run.actId) ?? run.actId}</td>
              <td>
                <Status status={run.status} />
              </td>
              <td title={run.startedAt}>{agoText(run.startedAt, now)}</td>
              <td class="number">{durationText(run, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
