import type { RefusedRequestError } from '@dataset-items/http';
import { isItem } from '@dataset-items/query-pipeline';
import { invalidBody, kindOf, parseBody, readBody } from '../request-body.js';
import type { Call } from '../routes/route.js';
import { jsonInput, ownInput, type RunInput, type Started } from './own-input.js';

/**
 * Reads the input of a run. An actor takes a body of any type, but JSON must be an object. A task takes a JSON object, whose fields override
 * those of its own input. JSON is checked against the input schema of the build, which also adds defaults.
 * @throws RefusedRequestError
 */
export async function readInput({ request, services }: Call, { actor, task, build }: Started): Promise<RunInput | undefined> {
  const { inputs } = services;
  const bytes = request.method === 'POST' ? await readBody(request) : Buffer.alloc(0);
  if (bytes.length === 0) return ownInput(inputs, { actor, task, build });
  const contentType = request.headers.get('content-type') ?? '';
  const isJson = /^application\/([\w.-]+\+)?json\b/i.test(contentType.trim());
  if (!isJson && task !== undefined) throw notJson(contentType);
  if (!isJson) {
    if (await inputs.hasSchema(build)) throw notJson(contentType, ', because the actor has an input schema');
    return { contentType: contentType || 'application/octet-stream', bytes };
  }
  const given = await parseBody(request, bytes);
  if (!isItem(given)) throw invalidBody(`got ${kindOf(given)}, expected a JSON object`);
  const own = task?.input === undefined ? given : { ...task.input, ...given };
  const input = (await inputs.accept(build, own)) ?? own;
  // What nothing was added to is stored as it was sent.
  return input === given ? { contentType, bytes } : jsonInput(input);
}

function notJson(contentType: string, why = ''): RefusedRequestError {
  return invalidBody(`Content-Type: got ${JSON.stringify(contentType)}, expected application/json${why}`);
}
