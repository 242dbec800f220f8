import { keptToken } from './token.js';

/** A response that is an error, in the words of the server. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** The API's type of the error, such as `record-not-found`. */
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/** Sends a request to the server, with the token if one is kept. @throws ApiError, or TypeError if the server cannot be reached */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  const token = keptToken();
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  const response = await fetch(path, { ...init, headers });
  if (response.ok) return response;
  throw await errorOf(response);
}

export async function getJson<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, signal === undefined ? {} : { signal });
  return (await response.json()) as T;
}

/** The `data` of a response of the API. */
export async function getData<T>(path: string, signal?: AbortSignal): Promise<T> {
  const { data } = await getJson<{ data: T }>(path, signal);
  return data;
}

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as { error: { type: string; message: string } };
    return new ApiError(response.status, error.type, error.message);
  } catch {
    return new ApiError(response.status, 'unknown', text.slice(0, 200) || response.statusText);
  }
}
