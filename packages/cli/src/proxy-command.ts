import { type ExportRequest, parseRequest } from '@dataset-items/exporter';
import type { ProxyOptions, SeenRequest, SourceInput } from '@dataset-items/proxy';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { type Formats, formats, parametersOf, tableParameters } from '@dataset-items/serializers';
import { Command } from 'commander';
import { type OpenLarge, openLarge } from './large-exports.js';
import { largeSettings } from './large-flags.js';
import { isLoopback, unavailable } from './listening.js';
import { addParameterFlags } from './parameter-flags.js';
import { loadPlugin, noPlugin, type Plugin } from './plugin.js';
import { bytesOf, type ProxyFlags, type ProxySettings, proxyParameters, proxySettings } from './proxy-flags.js';
import { untilSignalled } from './signals.js';
import { notify, paint, shown } from './terminal.js';

export function proxyCommand(): Command {
  const command = new Command('proxy')
    .summary('add every format and parameter to any server of items')
    .description(
      'Runs between clients and a server that has items (the upstream). It requests only stored items from it, and makes the exports itself.',
    )
    .option(
      '--source <name=from...>',
      'serve this input as the dataset `name`: a file, a pattern, an http URL, or a postgres URL with ?query=',
    )
    .option('--config <file>', 'JSON file with these options, in camel case, and with `sources`')
    .option(
      '--plugin <module>',
      'JavaScript file (.mjs) or package with formats, inputs, map, filter, cell and so on for all exports; its code is run',
    )
    .option('-q, --quiet', 'do not log requests');
  return addParameterFlags(command, 'Proxy:', proxyParameters)
    .addHelpText(
      'after',
      `
Examples:
  dataset-items proxy --upstream https://api.example.com
  dataset-items proxy --upstream http://127.0.0.1:4040 --defaults 'safe=1' --cache ./cache
  dataset-items proxy --source log=log.jsonl.gz --source movies=https://example.com/movies.json

Clients send their own tokens to the upstream; the proxy has none. The proxy itself answers /_proxy/health and /_proxy/metrics.
Ctrl-C or SIGTERM ends the proxy with status 0; open responses have eight seconds to finish.`,
    )
    .action(async (flags: ProxyFlags) => {
      const plugin = flags.plugin === undefined ? noPlugin : await loadPlugin(flags.plugin);
      await runProxy(proxySettings(flags), plugin, flags.quiet ?? false);
    });
}

async function runProxy(settings: ProxySettings, plugin: Plugin, quiet: boolean): Promise<void> {
  const { port = 4041, host = '127.0.0.1' } = settings;
  await untilSignalled(async (signal) => {
    // Loaded here: other commands start without it.
    const { createProxy, seenJson, seenText } = await import('@dataset-items/proxy');
    const large = await openLarge(largeSettings(settings));
    const emulator = settings.emulator && (await openEmulatorBeside(settings.storage).catch(closing(large)));
    try {
      const lineOf = settings.log === 'json' ? seenJson : seenText;
      const log = (request: SeenRequest): void => void process.stderr.write(`${shown(lineOf(request))}\n`);
      const proxy = await createProxy({
        ...optionsOf(settings, plugin, large),
        ...(emulator && { fallback: { fetch: emulator.fetch, first: settings.first } }),
        ...(!quiet && { onRequest: log }),
        onNotice: (line) => notify(`${paint.yellow('warning:')} ${shown(line)}`),
      });
      try {
        const listening = await proxy.listen({ port, host }).catch((error: unknown) => {
          throw unavailable(port, host, error);
        });
        if (!isLoopback(host)) notify(`${paint.yellow('warning:')} ${shown(host)}: other machines can reach this address`);
        process.stdout.write(welcome(settings, listening.url));
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      } finally {
        await proxy.close();
      }
    } finally {
      await emulator?.close();
      await large.close();
    }
  });
}

function closing({ close }: OpenLarge): (error: unknown) => Promise<never> {
  return async (error) => {
    await close();
    throw error;
  };
}

async function openEmulatorBeside(storage: string | undefined) {
  const { createEmulator } = await import('@dataset-items/emulator');
  return createEmulator({ storage, onNotice: (line) => notify(shown(line)) });
}

function optionsOf(settings: ProxySettings, plugin: Plugin, { large }: OpenLarge): ProxyOptions {
  const {
    upstream,
    upstreamFormat,
    allowPrivate,
    sources,
    allowHost: allowHosts,
    maxItems,
    maxRecords,
    defaults,
    cache,
    record,
    check,
  } = settings;
  const milliseconds = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : seconds * 1000);
  const options = defaults && defaultsOf(defaults, plugin.shaped.formats);
  return {
    ...{ upstream, upstreamFormat, allowPrivate, allowHosts, record, check },
    sources: Object.fromEntries(Object.entries(sources).map(([name, input]) => [name, withInputs(input, plugin)])),
    items: { ...plugin.shaped, large, maxItems, maxRecords, ...(options && { defaults: options }) },
    limits: {
      connectTimeout: milliseconds(settings.connectTimeout),
      headersTimeout: milliseconds(settings.headersTimeout),
      idleTimeout: milliseconds(settings.idleTimeout),
      timeout: milliseconds(settings.timeout),
      retries: settings.retries,
    },
    ...(cache !== undefined && { cache: { directory: cache, size: bytesOf(settings.cacheSize ?? '') } }),
  };
}

/** Options of formats. @throws InvalidParameterError for other parameters of a request too, which have no defaults */
function defaultsOf(text: string, known: Formats = formats): ExportRequest['options'] {
  const { options } = parseRequest(text, { local: true, strict: true, formats: known });
  const own = { ...parametersOf(known), ...tableParameters };
  const [other] = [...new URLSearchParams(text)].filter(([name]) => !Object.hasOwn(own, name));
  if (other !== undefined) throw new InvalidParameterError(...other, 'an option of a format, such as safe=1');
  return options;
}

function withInputs(input: string | SourceInput, { inputs }: Plugin): string | SourceInput {
  if (Object.keys(inputs).length === 0) return input;
  return { ...(typeof input === 'string' ? { from: input } : input), inputs };
}

function welcome({ upstream, sources }: ProxySettings, url: string): string {
  const names = Object.keys(sources);
  const { origin = '' } = upstream !== undefined && URL.canParse(upstream) ? new URL(upstream) : {};
  const [first = 'name'] = names;
  return [
    `The proxy is at ${url}${upstream === undefined ? '' : `, in front of ${shown(origin)}`}${names.length === 0 ? '' : `; sources: ${names.join(', ')}`}\n`,
    `The page to look at datasets is at ${url}/\n`,
    `Try it:\n  curl '${url}/v2/datasets/${first}/items?format=csv&limit=3'\n`,
    'Press Ctrl-C to stop it.\n',
  ].join('\n');
}
