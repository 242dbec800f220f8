import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { freePorts, listens, programPath, serviceFolder } from './process.js';

/** A store that understands S3, and the settings with which clients find it. */
export interface Swift {
  /** Address, for `endpoint` of a client. Buckets are in the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The same as variables of the environment, for the command. */
  readonly environment: Readonly<Record<string, string>>;
  /** Stops the servers and removes their data. */
  stop(): Promise<void>;
}

const packages = 'swift-proxy swift-account swift-container swift-object memcached';
const parts = ['account', 'container', 'object'] as const;

/** Starts OpenStack Swift with its S3 API in a temporary folder: one copy of each object, on one device, on free ports of this machine. */
export async function startSwift(): Promise<Swift> {
  const programs = [...parts, 'proxy'].map((part) => programPath(`swift-${part}-server`, packages));
  const memcached = programPath('memcached', packages);
  const builder = programPath('swift-ring-builder', packages);
  const service = serviceFolder('swift');
  try {
    const [proxyPort = 0, cachePort = 0, ...ports] = await freePorts(parts.length + 2);
    const user = userInfo().username;
    mkdirSync(join(service.folder, 'devices/disk'), { recursive: true });
    for (const [index, part] of parts.entries()) {
      const ring = (...args: string[]) => execFileSync(builder, [`${part}.builder`, ...args], { cwd: service.folder });
      ring('create', '4', '1', '1');
      ring('add', `r1z1-127.0.0.1:${ports[index]}/disk`, '1');
      ring('rebalance');
      writeFileSync(join(service.folder, `${part}.conf`), storageSettings(service.folder, user, part, ports[index] ?? 0));
    }
    writeFileSync(join(service.folder, 'proxy.conf'), proxySettings(service.folder, user, proxyPort, cachePort));
    service.run('memcached', memcached, ['-u', user, '-l', '127.0.0.1', '-p', String(cachePort), '-m', '32']);
    for (const [index, part] of [...parts, 'proxy'].entries()) service.run(part, programs[index] ?? '', [`${part}.conf`]);
    const endpoint = `http://127.0.0.1:${proxyPort}`;
    // The proxy is healthy before the servers behind it listen.
    const isHealthy = async (): Promise<void> => {
      for (const port of [cachePort, ...ports]) await listens(port);
      if (!(await fetch(`${endpoint}/healthcheck`)).ok) throw new Error('not healthy');
    };
    await vi.waitFor(isHealthy, { timeout: 120_000, interval: 200 });
    const [accessKeyId, secretAccessKey, region] = ['test:tester', 'testing', 'us-east-1'];
    const environment = {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    };
    return { endpoint, region, credentials: { accessKeyId, secretAccessKey }, environment, stop: service.stop };
  } catch (error) {
    await service.stop();
    throw error;
  }
}

function common(folder: string, user: string, port: number): string {
  return `[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${user}
swift_dir = ${folder}
log_level = WARNING
`;
}

function storageSettings(folder: string, user: string, part: string, port: number): string {
  return `${common(folder, user, port)}devices = ${folder}/devices
mount_check = false
recon_cache_path = ${folder}
[pipeline:main]
pipeline = ${part}-server
[app:${part}-server]
use = egg:swift#${part}
`;
}

function proxySettings(folder: string, user: string, port: number, cachePort: number): string {
  const filters = ['catch_errors', 'gatekeeper', 'healthcheck', 'listing_formats', 'bulk', 'copy'];
  return `${common(folder, user, port)}[pipeline:main]
pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
${filters.map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`).join('')}[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cachePort}
[filter:slo]
use = egg:swift#slo
max_manifest_segments = 10000
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
max_upload_part_num = 10000
max_bucket_listing = 50
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
`;
}
