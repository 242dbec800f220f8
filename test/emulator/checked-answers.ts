import { completeBytes } from '@dataset-items/http';
import { effectiveRequest } from '../../packages/emulator/src/method-override.js';
import { bySpecificity, isAt, routedPath } from '../../packages/emulator/src/routes/paths.js';
import { type AnswerShape, answerShapes, violations } from './api-schemas.js';

const endpoints = Object.entries(answerShapes)
  .map(([line, shapes]) => {
    const [method = '', path = ''] = line.split(' ');
    return { line, method, path, shapes };
  })
  .sort(bySpecificity);

/** The endpoint of the API's description that a request is for. */
export function endpointOf(method: string, path: string): (typeof endpoints)[number] | undefined {
  return endpoints.find((one) => one.method === (method === 'HEAD' ? 'GET' : method) && isAt(one.path, path));
}

/** Differences that are meant, with the reason. */
const meant: readonly RegExp[] = [
  // The description has JSON only. The result is in the format that was asked for, or a record of any type.
  /\/run-sync(-get-dataset-items)?, 201: /,
  // A part of a record. The platform redirects to its file storage, which serves parts too.
  /\/records\/[^/]+, 206: the API has only 200$/,
  // What a client sent comes back as it was sent.
  /\/requests\/batch, 201: \/data\/unprocessedRequests\/\d+ must have required property/,
];

/** Types of errors that the API does not have: of stored data that is damaged, of limits that users set, and of parts of records. */
const ownTypes = new Set([
  'malformed-input',
  'not-acceptable',
  'range-not-satisfiable',
  'too-many-records',
  'unreadable-source',
  'unwritable-output',
]);

/** Endpoints of the API's description that had an answer of the right shape since this file was loaded. */
export const checked = new Set<string>();

/** Differences that were found since they were last taken. */
let found: string[] = [];

export function takeDifferences(): string[] {
  const taken = found;
  found = [];
  return taken;
}

/** Compares an answer of the emulator with the API's description: its status, its media type and its shape. */
export function checkAnswer(sent: Request, answer: Response): void {
  const { status } = answer;
  const path = routedPath(new URL(sent.url).pathname);
  // The emulator's own endpoints have no description. Preflights and clients that have left get no answer of the API.
  if (!path.startsWith('/v2/') || sent.method === 'OPTIONS' || status === 499 || (status >= 300 && status < 400)) return;
  const differences = differencesOf(sent, path, answer).map((one) => `${sent.method} ${path}, ${status}: ${one}`);
  found.push(...differences.filter((one) => !meant.some((pattern) => pattern.test(one))));
}

/** Never fails, because the answer must get to the client whatever it is. */
function differencesOf(sent: Request, path: string, answer: Response): string[] {
  try {
    if (answer.status >= 400) return ofRefusal(sent.method, answer);
    return ofSuccess(effectiveRequest(new Request(sent.url, { method: sent.method }), new URL(sent.url)).method, path, answer);
  } catch (error) {
    return [String(error)];
  }
}

function ofRefusal(method: string, answer: Response): string[] {
  const body = bodyOf(answer);
  if (method === 'HEAD' || body === undefined) return [];
  const { error, ...more } = JSON.parse(body);
  const type = ownTypes.has(error?.type) ? 'not-implemented' : error?.type;
  return violations('ErrorResponse', { ...more, error: { ...error, type } });
}

function ofSuccess(method: string, path: string, answer: Response): string[] {
  const endpoint = endpointOf(method, path);
  if (endpoint === undefined) return ['the API has no such endpoint'];
  const shape = endpoint.shapes[answer.status];
  if (shape === undefined) return [`the API has only ${Object.keys(endpoint.shapes)}`];
  if (method === 'HEAD') return [];
  const differences = ofBody(shape, answer);
  if (differences?.length === 0) checked.add(endpoint.line);
  return differences ?? [];
}

/** `undefined`: the body is a stream, which is not read here. */
function ofBody(shape: AnswerShape, answer: Response): string[] | undefined {
  if (shape === null) return answer.body === null ? [] : ['got a body, expected none'];
  const type = answer.headers.get('content-type')?.replace(/;.*/, '') ?? '';
  if (isMediaTypes(shape)) return shape.includes(type) || shape.includes('*/*') ? [] : [`got ${type}, expected one of ${shape}`];
  const body = bodyOf(answer);
  if (body === undefined) return undefined;
  return type === 'application/json' ? violations(shape, JSON.parse(body)) : [`got ${type}, expected application/json`];
}

function isMediaTypes(shape: AnswerShape): shape is readonly string[] {
  return Array.isArray(shape);
}

function bodyOf(answer: Response): string | undefined {
  const bytes = completeBytes(answer);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString();
}
