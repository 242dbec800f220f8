import type { Json } from '@dataset-items/query-pipeline';
import { acceptText } from '../routes/names.js';
import type { Call, Route } from '../routes/route.js';
import { type GeneralAccess, generalAccesses } from '../store/things.js';

interface Shared {
  readonly facts: { readonly id: string; readonly generalAccess?: GeneralAccess | undefined };
}

/** How a storage is found, by the part of the path that names its kind. */
const finders: Readonly<Record<string, (services: Call['services'], wanted: string) => Shared | undefined>> = {
  datasets: ({ datasets }, wanted) => datasets.find(wanted),
  'key-value-stores': ({ keyValues }, wanted) => keyValues.find(wanted),
  'request-queues': ({ requestQueues }, wanted) => requestQueues.find(wanted),
};

/** Whether a request only reads a storage that anyone may read who knows its id, or its name. */
export function isShared({ does, path }: Pick<Route, 'does' | 'path'>, { services, segment }: Call): boolean {
  const [, , kind = '', parameter = ''] = path.split('/');
  const find = finders[kind];
  if (does !== 'reads' || find === undefined || parameter === '') return false;
  const wanted = segment(parameter.slice(1));
  try {
    const { id, generalAccess } = (find(services, wanted) ?? find(services, wanted.slice(wanted.indexOf('~') + 1)))?.facts ?? {};
    return generalAccess === 'ANYONE_WITH_NAME_CAN_READ' || (generalAccess === 'ANYONE_WITH_ID_CAN_READ' && wanted === id);
  } catch {
    // A damaged storage is shared with nobody.
    return false;
  }
}

/** `generalAccess` of a body. @throws RefusedRequestError */
export function acceptGeneralAccess(given: Json | undefined): GeneralAccess | undefined {
  const fits = (text: string): boolean => generalAccesses.some((one) => one === text);
  const accepted = acceptText('generalAccess', given, `one of ${generalAccesses.join(', ')}`, fits);
  return generalAccesses.find((one) => one === accepted);
}
