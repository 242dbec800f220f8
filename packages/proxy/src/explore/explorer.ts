import type { IncomingMessage } from 'node:http';
import { type ExplorerPage, explorerPage, previewResponse } from '@dataset-items/explorer';
import type { Respond } from '../respond.js';
import type { Services } from '../services.js';
import type { Target } from '../target.js';
import type { Asked } from './asked.js';
import { ofSource } from './of-source.js';
import { type AskedUpstream, figuresOfUpstream, previewOfUpstream } from './of-upstream.js';

/** Answers for the page. `undefined`: the request is for something else. */
export type Explorer = (call: Omit<AskedUpstream, 'asked'>) => Respond | undefined;

/** @param files the files that the page names in commands, by source */
export function createExplorer(services: Services, files: Readonly<Record<string, string>>): Explorer {
  const page = explorerPage({ serves: ['inspect', 'preview'], readOnly: services.upstream === undefined, files });
  return (call) => {
    const { incoming, target } = call;
    const shown = pageAt(page, incoming, target);
    if (shown !== undefined) return async () => shown;
    if (incoming.method !== 'GET') return undefined;
    const { upstream, sources } = services;
    if (target.path === '/v2/datasets' && upstream === undefined) return (request) => sources.list(request);
    const [, what, segment = ''] = /^\/_explorer\/(figures|preview)\/([^/]+)$/.exec(target.path) ?? [];
    if (what === undefined) return undefined;
    const asked = { what, segment } as Asked;
    const source = sources.named(segment);
    if (source !== undefined) return (request) => ofSource(request, asked, source, services);
    if (upstream === undefined) return undefined;
    const made = { ...call, asked };
    return asked.what === 'figures'
      ? (request) => figuresOfUpstream(request, made, { ...services, upstream })
      : (request) => previewResponse(request, previewOfUpstream(made, { ...services, upstream }));
  };
}

/** The page asks with these headers of a request only. */
const negotiated = ['accept', 'if-none-match', 'sec-fetch-mode'];

function pageAt(page: ExplorerPage, { method = 'GET', headers }: IncomingMessage, { text }: Target): Response | undefined {
  if (method !== 'GET' && method !== 'HEAD') return undefined;
  const given = negotiated.flatMap((name) =>
    typeof headers[name] === 'string' ? [[name, headers[name]] as [string, string]] : [],
  );
  return page(new Request(`http://localhost${text}`, { method, headers: given }));
}
