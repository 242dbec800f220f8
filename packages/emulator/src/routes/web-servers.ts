import { RefusedRequestError } from '@dataset-items/http';
import { refusal } from '../refusal.js';
import { isFinal } from '../runs/run.js';
import type { Services } from '../services.js';
import type { Startable } from '../starting/launch-run.js';
import { targetOf } from '../web-servers/addresses.js';
import { forward, type WebTarget } from '../web-servers/forward.js';
import { actorOf } from './actors.js';
import { type Call, notFound, type Route, route } from './route.js';

/** The part of a call that decides which server answers it. */
export type WebCall = Pick<Call, 'services' | 'segment' | 'url' | 'request'>;

/** A path below which a web server of a run answers. */
interface WebPlace {
  readonly path: string;
  readonly operation: string;
  readonly summary: string;
  /** @throws RefusedRequestError */
  targetOf(call: WebCall): WebTarget | Promise<WebTarget>;
}

const places: readonly WebPlace[] = [
  {
    path: '/_runs/:runId/*',
    operation: 'emulator_run_web_server',
    summary: 'Ask the web server of a run (`containerUrl`)',
    targetOf: runTarget,
  },
  {
    path: '/_standby/:actorId/*',
    operation: 'emulator_standby',
    summary: 'Ask an actor or a task on standby (`standbyUrl`); its run is started when none is ready',
    targetOf: standbyTarget,
  },
];

/** Routes whose answers come from the web servers of runs. */
export const webServerRoutes: readonly Route[] = places.flatMap(({ path, operation, summary, targetOf: find }) =>
  (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) =>
    route({
      method,
      path,
      operation: `${operation}_${method.toLowerCase()}`,
      summary,
      does: 'writes',
      sends: ['*/*'],
      answer: async (call) => forward(call.request, await find(call)),
    }),
  ),
);

/** The server that answers a request, for web sockets. */
export function webPlaceOf(pathname: string): { readonly route: Route; readonly targetOf: WebPlace['targetOf'] } | undefined {
  const at = places.findIndex(({ path }) => pathname.startsWith(path.slice(0, path.indexOf(':'))));
  const found = webServerRoutes.find(({ path, method }) => path === places[at]?.path && method === 'GET');
  return found && { route: found, targetOf: places[at]?.targetOf as WebPlace['targetOf'] };
}

function runTarget({ services, segment, url }: WebCall): WebTarget {
  const run = services.runs.get(segment('runId'));
  if (run === undefined) throw notFound('Actor run');
  if (isFinal(run.status)) {
    throw new RefusedRequestError(refusal('job-finished'), `The run ${run.id} is ${run.status}, so its web server is gone`);
  }
  return { ...serverOf(services, run.id), path: targetOf(url), released: () => {} };
}

/** The actor or the task that a path names. */
function startableOf(call: WebCall): Startable {
  const { catalog } = call.services;
  const name = call.segment('actorId');
  const task = catalog.actor(name) === undefined ? catalog.task(name) : undefined;
  const actor = task && catalog.actor(task.actorId);
  return actor === undefined ? { actor: actorOf(call) } : { actor, task };
}

async function standbyTarget(call: WebCall): Promise<WebTarget> {
  const { services, url, request } = call;
  const taken = await services.standby.take(startableOf(call), request.signal);
  try {
    return { ...serverOf(services, taken.runId), path: targetOf(url), released: taken.release };
  } catch (error) {
    taken.release();
    throw error;
  }
}

function serverOf(
  { webPorts, options: { token } }: Services,
  runId: string,
): Pick<WebTarget, 'runId' | 'port' | 'token' | 'answered'> {
  const port = webPorts.of(runId);
  if (port !== undefined) return { runId, port, token, answered: () => webPorts.answered(runId) };
  throw new RefusedRequestError(
    refusal('web-server-unavailable'),
    `The run ${runId} has no web server: it has no process yet, or it is no command`,
  );
}
