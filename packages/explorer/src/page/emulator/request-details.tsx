import { getJson } from '../api/request.js';
import { useLoad } from '../api/use-load.js';
import { CopyText } from '../parts/copy-text.js';
import { Failure } from '../parts/failure.js';

/** A request that came in, as the emulator lists it. */
export interface Seen {
  readonly number: number;
  readonly at: string;
  readonly method: string;
  readonly target: string;
  readonly hasToken: boolean;
  readonly contentType?: string;
  readonly userAgent?: string;
  readonly status?: number;
  readonly bytes: number;
  readonly milliseconds?: number;
  readonly state: string;
}

interface Details {
  readonly request: Seen;
  readonly requestBody: string | null;
  readonly responseBody: string | null;
  readonly responseHeaders: Readonly<Record<string, string>>;
}

/** One request with the beginnings of its bodies. */
export function RequestDetails({ number }: { readonly number: number }) {
  const { value, error } = useLoad((signal) => getJson<Details>(`/_explorer/requests/${number}`, signal), [number]);
  if (error) return <Failure error={error} />;
  if (!value) return <p role="status">Loading…</p>;
  const { request, requestBody, responseBody, responseHeaders } = value;
  const facts: readonly (readonly [string, string])[] = [
    ['At', request.at],
    ['Client', request.userAgent ?? 'unknown'],
    ['Token', request.hasToken ? 'sent' : 'none'],
    ['Status', `${request.status ?? ''} ${request.state}`],
    ['Time', request.milliseconds === undefined ? '' : `${request.milliseconds} ms`],
    ['Bytes', String(request.bytes)],
  ];
  const coding = responseHeaders['content-encoding'];
  return (
    <>
      <dl class="figures">
        {facts.map(([name, text]) => (
          <>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </>
        ))}
      </dl>
      {requestBody !== null && requestBody !== '' && (
        <>
          <h3>Body of the request</h3>
          <CopyText label="Body of the request" text={requestBody} />
        </>
      )}
      <h3>Headers of the response</h3>
      <CopyText
        label="Headers of the response"
        text={Object.entries(responseHeaders)
          .map(([name, text]) => `${name}: ${text}`)
          .join('\n')}
      />
      {responseBody !== null && responseBody !== '' && (
        <>
          <h3>Body of the response</h3>
          {coding ? (
            <p class="faint">It was sent compressed ({coding}).</p>
          ) : (
            <CopyText label="Body of the response" text={responseBody} />
          )}
        </>
      )}
      <small>Of each body the first 4,096 bytes are kept.</small>
    </>
  );
}
