import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type ObjectRange, readObject } from './read.js';
import { answering } from './testing/answering.js';

const text = 'abcdefghijklmnopqrstuvwxyz';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Reads an object of a server that gives these answers, the last one again and again. */
async function read(answers: readonly Answer[], range: ObjectRange = {}): Promise<{ asked: unknown[]; text: string }> {
  const asked: unknown[] = [];
  const client = await answering((request, response) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push([request.headers.range, request.headers['if-match']]);
    answer?.(request, response);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of readObject({ client, bucket: 'b', key: 'k' }, range)) chunks.push(chunk);
  return { asked, text: Buffer.concat(chunks).toString() };
}

/** The range that is asked for, of which so many bytes come before the connection breaks. */
function part({ etag = '"1"', breaksAfter }: { etag?: string; breaksAfter?: number } = {}): Answer {
  return ({ headers }, response) => {
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
    const from = Number(first ?? 0);
    const body = text.slice(from, last ? Number(last) + 1 : undefined);
    const ranged = { 'content-range': `bytes ${from}-${from + body.length - 1}/${text.length}` };
    response.writeHead(first === undefined ? 200 : 206, {
      ...{ etag, 'content-length': body.length },
      ...(first !== undefined && ranged),
    });
    if (breaksAfter === undefined) response.end(body);
    else response.write(body.slice(0, breaksAfter), () => response.destroy());
  };
}

const refused =
  (status: number): Answer =>
  (_, response) =>
    void response.writeHead(status).end();

describe('an object', () => {
  it('is read as a whole, or in a range', async () => {
    expect(await read([part()])).toEqual({ asked: [[undefined, undefined]], text });
    expect(await read([part()], { from: 3, to: 7, etag: '"1"' })).toEqual({ asked: [['bytes=3-6', '"1"']], text: 'defg' });
    expect((await read([part()], { from: 20 })).text).toBe('uvwxyz');
    expect((await read([part()], { from: 20, to: 99 })).text).toBe('uvwxyz');
    expect(await read([part()], { from: 5, to: 5 })).toEqual({ asked: [], text: '' });
  });

  it('is read on at the byte that was reached, of the same version', async () => {
    const answers = [part({ breaksAfter: 5 }), part({ breaksAfter: 1 }), part()];
    expect(await read(answers, { from: 1, to: 20 })).toEqual({
      asked: [
        ['bytes=1-19', undefined],
        ['bytes=6-19', '"1"'],
        ['bytes=7-19', '"1"'],
      ],
      text: text.slice(1, 20),
    });
  });

  it('that brings no byte five times in a row is an error', async () => {
    const answers = [part({ breaksAfter: 2 }), part({ breaksAfter: 0 })];
    await expect(read(answers)).rejects.toThrow(/^s3:\/\/b\/k: cannot be read: /);
  });

  it.each([
    ['says the store', refused(412)],
    ['says the version of the answer, of a store that compares none', part({ etag: '"2"' })],
  ])('that has changed is an error, %s', async (_, changed) => {
    await expect(read([part({ breaksAfter: 5 }), changed])).rejects.toThrow('s3://b/k: has changed while it was read');
    await expect(read([changed], { etag: '"1"' })).rejects.toThrow('s3://b/k: has changed while it was read');
  });

  it('of a store that knows no ranges is an error', async () => {
    const whole: Answer = (_, response) => void response.writeHead(200, { etag: '"1"', 'content-length': 26 }).end(text);
    await expect(read([whole], { from: 3, to: 7 })).rejects.toThrow(
      'cannot be read in ranges: the store answers with other bytes',
    );
  });

  it.each([
    [404, 'record-not-found'],
    [403, 'unreadable-source'],
  ])('that is refused with %d is not asked for again', async (status, code) => {
    await expect(read([refused(status)])).rejects.toMatchObject({ code, message: expect.stringContaining(`(status ${status})`) });
  });

  it('that is no longer needed ends with the reason of the signal', async () => {
    const leaving = new AbortController();
    const begun: Answer = (request, response) => {
      response.writeHead(200, { etag: '"1"', 'content-length': 26 }).write(text.slice(0, 3));
      request.on('close', () => response.destroy());
      setImmediate(() => leaving.abort(new Error('left')));
    };
    await expect(read([begun], { signal: leaving.signal })).rejects.toThrow('left');
  });
});
