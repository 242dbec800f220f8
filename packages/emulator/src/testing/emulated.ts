import { onTestFinished } from 'vitest';
import { createEmulator, type Emulator } from '../emulator.js';
import type { EmulatorOptions } from '../options.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body if it is JSON. A field that a test looks for and that is not there is `undefined`. */
  readonly body: Body;
}

/** Most lists of tests have an element. */
export type List = readonly [Data, ...Data[]];

/** Any object of the API, with the fields that tests follow further; every other field is there to be compared. */
export interface Data {
  readonly [other: string]: unknown;
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly status: string;
  readonly total: number;
  readonly count: number;
  readonly itemCount: number;
  readonly items: List;
  readonly runId: string;
  readonly webhookId: string;
  readonly requestUrl: string;
  readonly buildId: string;
  readonly defaultDatasetId: string;
  readonly defaultKeyValueStoreId: string;
  readonly defaultRequestQueueId: string;
  readonly storageIds: {
    readonly datasets: { readonly [alias: string]: string; readonly default: string; readonly pages: string };
  };
  readonly meta: Data;
  readonly input: Data;
  readonly options: Data;
  readonly stats: Data;
  readonly calls: List;
  readonly charges: List;
  readonly lastDispatch: Data;
  readonly fieldStatistics: Readonly<Record<string, unknown>>;
  readonly dailyServiceUsages: readonly unknown[];
  readonly pricingInfo?: { readonly pricingModel: string };
  readonly inputSchema: string;
  readonly durationMillis: number;
  readonly versionNumber: string;
  readonly itemPosition: number;
  readonly nextRunAt: string;
  readonly scheduledAt: string;
  readonly level: string;
  readonly message: string;
  readonly host: string;
  readonly current: Data;
  readonly validationErrors: readonly Readonly<Record<string, string>>[];
  readonly taggedBuilds: { readonly latest: { readonly buildId: string } };
}

export interface Body extends Data {
  readonly memory: { readonly rssBytes: number };
  readonly paths: Readonly<Record<string, { readonly get: { readonly parameters: readonly { readonly name: string }[] } }>>;
  readonly components: { readonly schemas: { readonly inputSchema: { readonly properties: Readonly<Record<string, unknown>> } } };
  readonly data: Data;
  readonly error: { readonly type: string; readonly message: string; readonly data: { readonly invalidItems: List } };
  readonly requests: List;
  readonly runs: List;
  readonly dispatches: List;
}

/** `POST /v2/datasets?name=a`, with a body that is sent as it is, or as JSON. */
export type Ask = (line: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** An emulator in memory for a test, which answers without a socket. */
export async function emulated(options: EmulatorOptions = {}): Promise<{ emulator: Emulator; ask: Ask }> {
  const emulator = await createEmulator(options);
  onTestFinished(() => emulator.close());
  return { emulator, ask: asking((request) => emulator.fetch(request), 'http://localhost') };
}

export function asking(fetchIt: (request: Request) => Promise<Response>, origin: string): Ask {
  return async (line, body, headers = {}) => {
    const [method = 'GET', path = '/'] = line.split(' ');
    const isRaw = typeof body === 'string' || body instanceof Uint8Array || body === undefined;
    const sent = isRaw ? (body as string | Uint8Array<ArrayBuffer> | undefined) : JSON.stringify(body);
    const response = await fetchIt(new Request(origin + path, { method, headers, ...(sent !== undefined && { body: sent }) }));
    const text = await response.text();
    const isJson = /^application\/json\b/.test(response.headers.get('content-type') ?? '') && text !== '';
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
}
