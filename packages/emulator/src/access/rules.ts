import { hostnameOf } from '@dataset-items/http';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import type { EmulatorOptions } from '../options.js';

/** The access rules that the options set. */
export interface AccessRules {
  /** `undefined`: no token was configured, and `Host` and `Origin` decide. */
  readonly token: string | undefined;
  /** Names and addresses that `Host` may have besides those of this machine. */
  readonly hosts: ReadonlySet<string>;
  /** Origins whose pages may send requests. */
  readonly origins: ReadonlySet<string>;
  /** The emulator's own origin, such as `https://example.com`, if it is configured. Otherwise it is derived from `Host`. */
  readonly own: string | undefined;
  /** Only requests that read are accepted. */
  readonly readOnly: boolean;
}

/** @throws InvalidParameterError for an invalid host or origin */
export function accessRules({ token, allowHosts = [], cors = [], origin, readOnly = false }: EmulatorOptions): AccessRules {
  const hosts = new Set(allowHosts.map(acceptHost));
  if (origin !== undefined) hosts.add(new URL(origin).hostname);
  return {
    token,
    hosts,
    origins: new Set(cors.map(acceptOrigin)),
    own: origin === undefined ? undefined : new URL(origin).origin,
    readOnly,
  };
}

function acceptHost(given: string): string {
  const hostname = hostnameOf(given);
  // A port is refused, because it would not be compared.
  const hasPort = hostname !== undefined && /[^:[\]]:[0-9]+$/.test(given) && !hostname.startsWith('[');
  if (hostname === undefined || hasPort || /\]:/.test(given)) {
    throw new InvalidParameterError('allowHost', given, 'a name or an address without a port, such as emulator.test');
  }
  return hostname;
}

function acceptOrigin(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isOrigin = url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
  if (!isOrigin) throw new InvalidParameterError('cors', given, 'an origin without a path, such as http://localhost:3000');
  return url.origin;
}
