import { type Arguments, type Facts, text } from '@dataset-items/query-pipeline';
import { rewriter } from '../escapes.js';
import { documentFormat, type TextOptions } from '../format.js';
import { followed, inDocumentFrame, markedHead } from '../framed.js';
import type { ReplacementTally } from '../replacements.js';
import { elementWriters } from '../xml/element.js';
import { xmlAttribute, xmlText } from '../xml/escape.js';
import { feedNamespaces, toFeedName } from '../xml/names.js';
import { elementsForm } from '../xml/places.js';

const after = '\n';

const element = { name: 'item', depth: 0, toXmlName: toFeedName, lines: false };

const parameters = {
  feedTitle: text('Title of the feed', { defaultText: 'Dataset <name or id>' }),
  feedDescription: text('Description of the feed', { defaultText: 'Items in dataset with id "<id>".' }),
  feedLink: text('Link of the feed', {
    placeholder: '<url>',
    expected: 'an absolute URL',
    matches: URL.canParse,
    defaultText: 'urn:dataset:<name or id>',
    local: true,
  }),
} as const;
type Options = Arguments<typeof parameters> & TextOptions;

/** RSS 2.0, one item per record, with the rules of xml inside an item (docs/semantics.md#rss). */
export const rss = documentFormat({
  summary: 'an RSS 2.0 feed with an item per record',
  mediaType: 'application/rss+xml; charset=utf-8',
  extension: 'rss',
  linkParameter: 'feedLink',
  keepsSpelling: true,
  texts: { element: xmlText, attribute: xmlAttribute },
  parameters,
  ...inDocumentFrame(({ bom = false, feedTitle, feedDescription, feedLink }: Options, facts, replaced) => {
    const label = facts.name || facts.id;
    const channel = {
      title: feedTitle ?? `Dataset ${label}`,
      link: feedLink ?? datasetUrn(label),
      description: feedDescription ?? `Items in dataset with id "${facts.id}".`,
      modifiedAt: facts.modifiedAt,
    };
    return {
      head: async () => {
        const head = await channelHead(channel, replaced);
        return markedHead(bom, `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"${declarations}>\n    ${head}`);
      },
      tail: () => '    </channel>\n</rss>\n',
      form: elementsForm(element, replaced, after),
      recordWriter: () => followed(elementWriters(element, replaced).whole(), after),
      valuesWriter: (names) => {
        const write = elementWriters(element, replaced).values(names);
        return write && followed(write, after);
      },
    };
  }),
});

const declarations = Object.entries(feedNamespaces)
  .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`)
  .join('');

interface Channel {
  readonly title: string;
  readonly link: string;
  readonly description: string;
  readonly modifiedAt: Facts['modifiedAt'];
}

/** The beginning of a channel as the library `feed` renders it, up to the place of the items. */
async function channelHead({ title, link, description, modifiedAt }: Channel, replaced: ReplacementTally): Promise<string> {
  const { Feed } = await import('feed');
  const text = (value: string): string => rewriteForFeed(value, replaced.value);
  const rendered = new Feed({
    id: link,
    title: text(title),
    link,
    description: text(description),
    updated: modifiedAt ?? new Date(Date.UTC(1980, 0)),
    generator: 'dataset-items',
  }).rss2();
  const channel = rendered.slice(rendered.indexOf('<channel>'), rendered.indexOf('</channel>')).trimEnd();
  return `${channel.replaceAll('\r', xmlText.escapes['\r'] as string)}\n`;
}

/**
 * Prepares text for `feed`. It escapes markup, but it first reads `&amp;` as `&`, and it writes characters that XML cannot contain. It also
 * writes CR unchanged, which a reader of XML would turn into LF; CR is escaped after the channel was rendered.
 */
const rewriteForFeed = rewriter({ escapes: { '&': '&amp;' }, rules: xmlText.rules });

/** The URN of a dataset. Characters that a URN cannot contain are percent-encoded. */
function datasetUrn(label: string): string {
  const whole = label.replace(/\p{Cs}/gu, '\ufffd');
  return `urn:dataset:${encodeURI(whole).replace(/[?#]/g, encodeURIComponent)}`;
}
