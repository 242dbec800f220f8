import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Services that only slow checks use, by a file of each that Debian's package has. */
const services = {
  Redis: 'redis-server',
  PostgreSQL: 'pg_ctlcluster',
  'OpenStack Swift (an S3-compatible store)': 'swift-proxy-server',
  memcached: 'memcached',
};

/** `npm test` needs no services. It says what it leaves out, and what is missing here for the rest. */
export function setup({ config }: { readonly config: { readonly include: readonly string[] } }): void {
  if (config.include.some((pattern) => pattern.startsWith('test/slow/'))) return;
  const missing = Object.entries(services).flatMap(([name, program]) => (isThere(program) ? [] : [name]));
  const rest = missing.length === 0 ? '' : `; not installed here: ${missing.join(', ')} (.ci/services.sh)`;
  process.stdout.write(`left out: checks with Redis, PostgreSQL and an S3-compatible store, which are slow checks${rest}\n`);
}

function isThere(program: string): boolean {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return folders.some((folder) => existsSync(join(folder, program)));
}
