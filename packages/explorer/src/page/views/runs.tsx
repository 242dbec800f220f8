import { getData } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { pathTo } from '../app/address.js';
import { countText, quantity } from '../app/words.js';
import { LIVE } from '../dataset/dataset.js';
import { Failure } from '../parts/failure.js';
import type { Listed, Run, Startable } from '../runs/run.js';
import { RunList } from '../runs/run-list.js';
import { actorPath, taskPath } from './start.js';
import type { View } from './view.js';

/** Actors and tasks to start, and the latest runs. */
export const runs: View = {
  path: '/actors',
  also: ['/actors/runs', '/actors/tasks'],
  title: 'Runs',
  menu: 'Runs',
  needs: 'actors',
  Component: Runs,
};

function Runs() {
  const { value, error, reload } = useLoad(
    async (signal) => {
      const [actors, tasks, latest] = await Promise.all([
        getData<Listed<Startable>>('/v2/actors', signal),
        getData<Listed<Startable>>('/v2/actor-tasks', signal),
        getData<Listed<Run>>('/v2/actor-runs?desc=1&limit=200', signal),
      ]);
      return { actors, tasks, latest };
    },
    [],
    { every: LIVE },
  );
  if (error && !value) return <Failure error={error} retry={reload} title="The runs cannot be listed" />;
  if (!value) return <p role="status">Loading…</p>;
  const { actors, tasks, latest } = value;
  const names = new Map([...actors.items, ...tasks.items].map(({ id, name }) => [id, name]));
  const places = [
    ...actors.items.map((one) => ({ ...one, href: pathTo(actorPath, { actorId: one.id }), what: 'actor' })),
    ...tasks.items.map((one) => ({ ...one, href: pathTo(taskPath, { taskId: one.id }), what: 'task' })),
  ];
  return (
    <main>
      <h1>Runs</h1>
      {places.length === 0 ? (
        <div class="notice">
          <h2>Nothing can be started yet</h2>
          <p>
            Declare actors and tasks in a file, and start the emulator with <code>--config emulator.json</code>.
          </p>
        </div>
      ) : (
        <ul class="cards" aria-label="Actors and tasks">
          {places.map(({ id, name, title, href, what, stats }) => (
            <li key={id}>
              <a href={href}>{title || name}</a>
              <small>
                {what}, {quantity(stats?.totalRuns ?? 0, 'run')}
              </small>
            </li>
          ))}
        </ul>
      )}
      {latest.items.length > 0 ? <RunList runs={latest.items} names={names} /> : <p class="faint">No run was started yet.</p>}
      {latest.total > latest.items.length && (
        <p class="faint">
          The latest {countText(latest.items.length)} of {countText(latest.total)}.
        </p>
      )}
    </main>
  );
}
