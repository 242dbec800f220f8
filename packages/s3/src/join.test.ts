import type { Piece } from '@dataset-items/parts';
import { describe, expect, it } from 'vitest';
import { joinObjects } from './join.js';
import { answering } from './testing/answering.js';

const MIB = 1024 * 1024;

/** Joins in a store that answers all requests, or all but those of one name, at the first of which the join is ended. */
async function endedAt(at: string, isAnswered: boolean, pieces: readonly Piece[]): Promise<{ asked: string[]; error: unknown }> {
  const asked: string[] = [];
  const ending = new AbortController();
  const client = await answering((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://localhost');
    const step = searchParams.has('uploads')
      ? 'begin'
      : request.headers['x-amz-copy-source']
        ? 'copy'
        : searchParams.has('uploadId');
    const name = `${request.method} ${step === true ? 'upload' : step || 'object'}`;
    asked.push(name);
    request.resume();
    if (name === at) ending.abort(new Error('the export was cancelled'));
    if (name === at && !isAnswered) return;
    const bodies: Readonly<Record<string, string>> = {
      begin: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
      copy: '<CopyPartResult><ETag>"1"</ETag></CopyPartResult>',
    };
    const body = bodies[String(step)] ?? '';
    response.writeHead(200, { etag: '"1"', 'content-length': body.length }).end(body);
  });
  const head = { mediaType: 'text/plain', signal: ending.signal, keyOf: (name: string) => name };
  const error = await joinObjects({ client, bucket: 'b', key: 'k' }, pieces, head).catch((reason: unknown) => reason);
  return { asked, error };
}

const large = { name: 'large', from: 0, to: 8 * MIB };
const small = { name: 'small', from: 0, to: 10 };

describe('a join that is ended', () => {
  it.each<[string, string, boolean, readonly Piece[], string[]]>([
    ['while its upload begins', 'POST begin', true, [large], ['POST begin', 'DELETE upload']],
    ['while a part is copied', 'PUT copy', false, [large], ['POST begin', 'PUT copy', 'DELETE upload']],
    ['while a part is read', 'GET object', false, [small], ['GET object']],
    [
      'while a part is sent',
      'PUT upload',
      false,
      [new Uint8Array(6 * MIB), large],
      ['POST begin', 'PUT upload', 'DELETE upload'],
    ],
    ['while a small result is sent', 'PUT object', false, [new Uint8Array(10)], ['PUT object']],
  ])('%s leaves nothing', async (_, at, isAnswered, pieces, expected) => {
    const { asked, error } = await endedAt(at, isAnswered, pieces);
    expect(error).toEqual(new Error('the export was cancelled'));
    // A part may be copied at the same time.
    expect(asked.filter((name) => expected.includes(name))).toEqual(expected);
  });
});

it('many parts that are copied at the same time give no warning of Node.js', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on('warning', note);
  try {
    const pieces = Array.from({ length: 40 }, () => large);
    const { asked } = await endedAt('POST upload', true, pieces);
    expect(asked.filter((name) => name === 'PUT copy')).toHaveLength(40);
    expect(warnings.filter(({ name }) => name === 'MaxListenersExceededWarning')).toEqual([]);
  } finally {
    process.off('warning', note);
  }
});

it('a part past 5 GiB, which a store does not copy at once, is copied in two', async () => {
  const GIB = 1024 * MIB;
  const { asked } = await endedAt('POST upload', true, [{ name: 'huge', from: 0, to: 5 * GIB + 1 }]);
  expect(asked.filter((name) => name === 'PUT copy')).toHaveLength(2);
});
