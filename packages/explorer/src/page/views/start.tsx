import { getData, getJson } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { Failure } from '../parts/failure.js';
import type { Input, InputSchema } from '../runs/input.js';
import type { Listed, Run, Startable } from '../runs/run.js';
import { RunList } from '../runs/run-list.js';
import { StartForm } from '../runs/start-form.js';
import type { View, ViewProps } from './view.js';

export const actorPath = '/actors/:actorId';
export const taskPath = '/actors/tasks/:taskId';

/** A form to start an actor, and its runs. */
export const startActor: View = {
  path: actorPath,
  also: ['/actors/:actorId/input', '/actors/:actorId/console', '/actors/:actorId/runs'],
  title: 'Start an actor',
  needs: 'actors',
  Component: ({ parts: { actorId = '' } }: ViewProps) => <Start path={`/v2/actors/${encodeURIComponent(actorId)}`} />,
};

/** A form to start a task, and its runs. */
export const startTask: View = {
  path: taskPath,
  also: ['/actors/tasks/:taskId/input', '/actors/tasks/:taskId/runs'],
  title: 'Start a task',
  needs: 'actors',
  Component: ({ parts: { taskId = '' } }: ViewProps) => <Start path={`/v2/actor-tasks/${encodeURIComponent(taskId)}`} />,
};

interface Declared {
  readonly schema: InputSchema | null;
  readonly input: Input | null;
}

function Start({ path }: { readonly path: string }) {
  const { value, error, reload } = useLoad(
    async (signal) => {
      const startable = await getData<Startable & { readonly input?: Input | null }>(path, signal);
      const actor = startable.actId ?? startable.id;
      const { schema, input } = await getJson<Declared>(`/_explorer/input/${encodeURIComponent(actor)}`, signal);
      return { startable, schema, input: startable.input ?? input };
    },
    [path],
  );
  const latest = useLoad((signal) => getData<Listed<Run>>(`${path}/runs?desc=1&limit=20`, signal), [path], { every: 2000 });
  if (error) return <Failure error={error} retry={reload} title="This cannot be started" />;
  if (!value) return <p role="status">Loading…</p>;
  const { startable, schema, input } = value;
  return (
    <main>
      <div>
        <nav class="crumbs" aria-label="Where you are">
          <a href="/actors">Runs</a> <span aria-hidden="true">/</span>
        </nav>
        <h1>{startable.title || startable.name}</h1>
      </div>
      <StartForm path={path} schema={schema} input={input} />
      <h2>Latest runs</h2>
      {latest.value && <RunList runs={latest.value.items} names={new Map([[startable.id, startable.name]])} />}
    </main>
  );
}
