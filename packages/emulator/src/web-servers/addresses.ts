import { hostnameOf } from '@dataset-items/http';

/** The address of the web server of a run. @param origin URL of the emulator */
export function runUrl(origin: string, runId: string): string {
  return `${origin}/_runs/${runId}`;
}

/** The address at which an actor is on standby. @param actor its id or `user~name` */
export function standbyUrl(origin: string, actor: string): string {
  return `${origin}/_standby/${actor}`;
}

/** Whether requests to a path are answered by the web server of a run. */
export function isForwarded(pathname: string): boolean {
  return /^\/_(?:runs|standby)\//.test(pathname);
}

/** What the web server of a run is asked for, by a path such as `/_runs/:runId/*`. */
export function targetOf({ pathname, search }: URL): string {
  return `/${pathname.split('/').slice(3).join('/')}${search}`;
}

/**
 * The same URL in the form of a path, if its host names a run or an actor: `http://<runId>.runs.localhost:4040/page`,
 * `http://<user>--<name>.standby.localhost:4040/page`. Browsers treat such a host as an origin of its own, so a page there works as it does on
 * the platform, and cannot reach the emulator.
 * @param runIdIn gives the run of a part of a host name
 */
export function withoutOwnHost(url: URL, host: string | null, runIdIn: (label: string) => string | undefined): URL | undefined {
  const [, label = '', kind] = /^([\w-]+)\.(runs|standby)\.localhost$/.exec(hostnameOf(host ?? '') ?? '') ?? [];
  if (kind === undefined) return undefined;
  const name = kind === 'runs' ? (runIdIn(label) ?? label) : label.replace('--', '~');
  return new URL(`/_${kind}/${name}${url.pathname}${url.search}`, url);
}
