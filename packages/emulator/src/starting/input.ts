import { type Item, isItem } from '@dataset-items/query-pipeline';
import type { Actor } from '../actors/actor.js';
import type { Task } from '../actors/task.js';
import { invalidBody, kindOf, parseJson, readBody } from '../request-body.js';
import type { WantedRun } from '../runs/runs.js';

type RunInput = NonNullable<WantedRun['input']>;

/**
 * The input of a run. An actor takes a body of any type; one that calls itself JSON must be an object. A task takes an object, whose
 * fields go before those of its own input.
 * @throws RefusedRequestError
 */
export async function readInput(request: Request, actor: Actor, task: Task | undefined): Promise<RunInput | undefined> {
  const bytes = request.method === 'POST' ? await readBody(request) : Buffer.alloc(0);
  const own = task?.input ?? actor.input;
  if (bytes.length === 0) return own && jsonInput(own);
  const contentType = request.headers.get('content-type') ?? '';
  const isJson = /^application\/([\w.-]+\+)?json\b/i.test(contentType.trim());
  if (!isJson && task !== undefined) {
    throw invalidBody(`Content-Type: got ${JSON.stringify(contentType)}, expected application/json`);
  }
  if (!isJson) return { contentType: contentType || 'application/octet-stream', bytes };
  const given = parseJson(bytes);
  if (!isItem(given)) throw invalidBody(`got ${kindOf(given)}, expected a JSON object`);
  return task?.input === undefined ? { contentType, bytes } : jsonInput({ ...task.input, ...given });
}

function jsonInput(input: Item): RunInput {
  return { contentType: 'application/json; charset=utf-8', bytes: Buffer.from(JSON.stringify(input)) };
}
