/** A shape of `api-schemas.json`. */
export interface Expected {
  readonly shape: string;
  /** It is the value of `data`. */
  readonly isWrapped: boolean;
}

type Row = readonly [methods: string, path: RegExp, shape: string];

const path = (text: string): RegExp =>
  new RegExp(`^/v2/${text.replaceAll(':id', '[^/]+').replace('OWNERS', 'actor-tasks|actors|acts')}$`);

/** The shapes of answers that are wrapped in `data`, by method and path. Other answers are not checked. */
const rows: readonly Row[] = [
  ['GET', path('datasets'), 'ListOfDatasets'],
  ['POST', path('datasets'), 'Dataset'],
  ['GET PUT', path('datasets/:id'), 'Dataset'],
  ['GET', path('actor-runs/:id/dataset'), 'Dataset'],
  ['GET', path('(?:OWNERS)/:id/runs/last/dataset'), 'Dataset'],
  ['GET', path('(?:datasets/:id|actor-runs/:id/dataset)/statistics'), 'DatasetStatistics'],
  ['GET', path('(?:actor-runs|(?:OWNERS)/:id/runs)'), 'ListOfRuns'],
  ['GET', path('(?:actor-runs/:id|(?:OWNERS)/:id/runs/last)'), 'Run'],
  ['POST', path('(?:OWNERS)/:id/runs'), 'Run'],
  ['POST', path('actor-runs/:id/abort'), 'Run'],
  ['GET', path('actor-tasks'), 'ListOfTasks'],
  ['POST', path('actor-tasks'), 'Task'],
  ['GET PUT', path('actor-tasks/:id'), 'Task'],
  ['GET', path('(?:actors|acts)/:id'), 'Actor'],
  ['GET', path('users/me'), 'UserPrivateInfo'],
];

/** What the API answers a request with. @param target path and query @returns `undefined`: it is not known */
export function shapeOf(method: string, target: string, status: number): Expected | undefined {
  const [asked = '', query = ''] = target.split('?', 2);
  // HEAD has no body.
  if (method === 'HEAD' || !asked.startsWith('/v2/')) return undefined;
  if (status >= 400) return { shape: 'ErrorResponse', isWrapped: false };
  if ((status !== 200 && status !== 201) || new URLSearchParams(query).has('method')) return undefined;
  const [, , shape] = rows.find(([methods, at]) => methods.split(' ').includes(method) && at.test(asked)) ?? [];
  return shape === undefined ? undefined : { shape, isWrapped: true };
}
