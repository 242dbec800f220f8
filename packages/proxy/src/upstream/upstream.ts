import { lookupPublic, type Resolve } from '@dataset-items/http';
import { Pool } from 'undici';
import type { HeaderLines } from '../header-lines.js';
import type { Limits } from '../options.js';
import type { Address } from './address.js';
import type { Answer, Asked, Upstream } from './exchange.js';
import { upstreamFailure } from './failure.js';
import { trying } from './retry.js';

export interface UpstreamOptions {
  readonly limits: Limits;
  /** Default: the system's. It is not asked for names that may be private. */
  readonly resolve?: Resolve | undefined;
  /** Called with the seconds until each answer began; an answer that did not come has no status. */
  readonly onAnswer?: ((seconds: number, status: number | undefined) => void) | undefined;
}

/** The only way to a server: a pool of connections to one origin. Redirects are not followed. */
export function openUpstream({ origin, base, isPrivate }: Address, { limits, resolve, onAnswer }: UpstreamOptions): Upstream {
  const { connectTimeout, headersTimeout, idleTimeout, headerBytes, upstreamConnections } = limits;
  const pool = new Pool(origin, {
    connections: upstreamConnections,
    headersTimeout,
    bodyTimeout: idleTimeout,
    maxHeaderSize: headerBytes,
    connect: { timeout: connectTimeout, ...(!isPrivate && { lookup: lookupPublic('--allow-private', resolve) }) },
  });
  const once = async ({ method, path, headers, body, signal }: Asked): Promise<Answer> => {
    const began = performance.now();
    let status: number | undefined;
    try {
      const { statusCode, statusText, ...answer } = await pool.request({
        ...{ method, path: base + path, headers: [...headers], signal, responseHeaders: 'raw' },
        body: body ?? null,
      });
      status = statusCode;
      // As undici gives them when asked for raw headers.
      const lines = answer.headers as unknown as HeaderLines;
      // A reader gets the error. Without a reader it must not end the process.
      answer.body.on('error', () => {});
      return { status, statusText, headers: lines, body: answer.body, trailers: answer.trailers };
    } finally {
      if (!signal.aborted) onAnswer?.((performance.now() - began) / 1000, status);
    }
  };
  return {
    origin,
    async ask(asked) {
      try {
        return await trying(() => once(asked), asked, limits);
      } catch (error) {
        asked.signal.throwIfAborted();
        throw upstreamFailure(origin, error);
      }
    },
    close: () => pool.destroy(),
  };
}
