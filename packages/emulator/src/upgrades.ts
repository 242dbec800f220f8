import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { RefusedRequestError } from '@dataset-items/http';
import { admit } from './access/admit.js';
import type { AccessRules } from './access/rules.js';
import type { Caller } from './caller.js';
import type { Call } from './routes/route.js';
import { webPlaceOf } from './routes/web-servers.js';
import { type ActorEvents, eventsPath } from './runs/actor-events.js';
import type { Services } from './services.js';
import { withoutOwnHost } from './web-servers/addresses.js';
import { forwardUpgrade } from './web-servers/forward.js';

/** Answers requests for web sockets. */
export interface Upgrades {
  answer(request: IncomingMessage, socket: Duplex, head: Buffer, caller: Caller): void;
  /** Ends all open sockets. */
  close(): void;
}

/**
 * The web sockets of actors' events, and those of the web servers of runs. The key in the path of events is the access: only the process of a
 * run knows it. For the others the access is checked as for any request.
 */
export function answerUpgrades(services: Services, rules: AccessRules): Upgrades {
  const { runs } = services;
  const { onFailure } = services.options;
  const open = new Set<Duplex>();
  const answer: Upgrades['answer'] = (request, socket, head, caller) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // The other side may leave at any time.
    socket.on('error', () => socket.destroy());
    const path = request.url ?? '';
    const events = path.startsWith(eventsPath) ? runs.events(path.slice(eventsPath.length)) : undefined;
    const answered =
      events === undefined
        ? passOn({ request, socket, head, caller }, services, rules)
        : sendEvents(events, request, socket, head);
    answered.catch((error: unknown) => {
      onFailure?.({ error, status: undefined, method: 'GET', url: eventsPath });
      socket.destroy();
    });
  };
  return {
    answer,
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}

async function sendEvents(events: ActorEvents, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
  // Loaded on demand: most runs do not listen to events.
  const { WebSocketServer } = await import('ws');
  const server = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  server.handleUpgrade(request, socket, head, (connection) => {
    const forget = events.listen((event) => connection.send(event));
    connection.on('close', forget);
    connection.on('error', () => connection.terminate());
  });
}

interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly caller: Caller;
}

/** Passes a web socket on to the server of a run. */
async function passOn({ request, socket, head, caller }: Upgrade, services: Services, rules: AccessRules): Promise<void> {
  const leave = new AbortController();
  const waiting = readWhileWaiting(socket, head, () => {
    leave.abort();
    socket.destroy();
  });
  const { host } = request.headers;
  const base = `http://${host ?? 'localhost'}`;
  const text = `${base}${request.url ?? '/'}`;
  if (!request.url?.startsWith('/') || !URL.canParse(text))
    return refuse(socket, new RefusedRequestError('invalid-input', 'got no URL'));
  const given = new URL(text);
  const url = withoutOwnHost(given, host ?? null, services.webPorts.idIn) ?? given;
  const place = webPlaceOf(url.pathname);
  if (place === undefined) return refuse(socket, new RefusedRequestError('record-not-found', 'There is no web socket here'));
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  );
  const sent = new Request(url, { headers, signal: leave.signal });
  const call: Call = {
    ...{ request: sent, sent, url, caller, services, isPreflight: false, isGuest: false, routes: [], origin: given.origin },
    segment: () => decodedSegment(url.pathname.split('/')[2] ?? ''),
    given: () => ({}),
  };
  try {
    await admit(place.route, call, rules);
    if (rules.readOnly) throw new RefusedRequestError('insufficient-permissions', 'The emulator was started with --read-only');
    const target = await place.targetOf(call);
    if (leave.signal.aborted) return target.released();
    try {
      forwardUpgrade(request, socket, waiting.stop, target);
    } catch (error) {
      target.released();
      throw error;
    }
  } catch (error) {
    if (leave.signal.aborted) return;
    if (!(error instanceof RefusedRequestError)) throw error;
    refuse(socket, error);
  }
}

/** Bytes that a client may send before it is answered. One of a web socket sends none. */
const mostWaiting = 1024 * 1024;

/** Reads a socket until its server has answered, because one that nobody reads does not tell that its other side has left. */
function readWhileWaiting(
  socket: Duplex,
  head: Buffer,
  onLeave: () => void,
): { /** @returns the bytes that came */ stop(): Buffer } {
  const came = [head];
  let length = head.length;
  const keep = (bytes: Buffer): void => {
    came.push(bytes);
    length += bytes.length;
    if (length > mostWaiting) onLeave();
  };
  socket.on('data', keep).once('end', onLeave).once('close', onLeave);
  return {
    stop() {
      socket.pause();
      socket.off('data', keep).off('end', onLeave).off('close', onLeave);
      return Buffer.concat(came);
    },
  };
}

function decodedSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refuse(socket: Duplex, { status, code, message }: RefusedRequestError): void {
  const body = JSON.stringify({ error: { type: code, message } });
  const length = `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n`;
  socket.end(`HTTP/1.1 ${status} Refused\r\n${length}Connection: close\r\n\r\n${body}`);
}
