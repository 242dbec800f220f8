import { sharedPause } from '@dataset-items/exporter';
import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import { invalidBody, kindOf, readJson } from '../request-body.js';

/**
 * Reads the items that a request pushes: its body is one object or an array of objects.
 * @throws RefusedRequestError that names the first element that is not an object
 */
export async function readPushedItems(request: Request): Promise<readonly Item[]> {
  const body = await readJson(request);
  if (isItem(body)) return [body];
  if (!Array.isArray(body)) throw invalidBody(`got ${kindOf(body)}, expected an object or an array of objects`);
  const wrong = await firstWrong(body);
  if (wrong !== undefined) throw invalidBody(`item ${wrong} (the first is 0) is ${kindOf(body[wrong])}, expected an object`);
  return body;
}

/** Items checked between two pauses. */
const ITEMS = 10_000;

async function firstWrong(body: readonly Json[]): Promise<number | undefined> {
  for (let from = 0; from < body.length; from += ITEMS) {
    const wrong = body.slice(from, from + ITEMS).findIndex((item) => !isItem(item));
    if (wrong !== -1) return from + wrong;
    await sharedPause();
  }
  return undefined;
}
