import { type Item, isItem } from '@dataset-items/query-pipeline';
import { invalidBody, kindOf, readJson } from '../request-body.js';

/**
 * The items that a request pushes: its body is one object or an array of objects.
 * @throws RefusedRequestError naming the first item that is none
 */
export async function readPushedItems(request: Request): Promise<readonly Item[]> {
  const body = await readJson(request);
  if (isItem(body)) return [body];
  if (!Array.isArray(body)) throw invalidBody(`got ${kindOf(body)}, expected an object or an array of objects`);
  const wrong = body.findIndex((item) => !isItem(item));
  if (wrong !== -1) throw invalidBody(`item ${wrong} (the first is 0) is ${kindOf(body[wrong])}, expected an object`);
  return body;
}
