import { type Facts, text } from '@dataset-items/query-pipeline';
import { ByteWriter, writeByteOrderMark } from '../bytes.js';
import { documentFormat } from '../format.js';
import type { MendedTally } from '../mended.js';
import { writtenAsElements } from '../xml/element.js';
import { dialectWriter, xmlText } from '../xml/escape.js';
import { feedNamespaces, mendFeedName } from '../xml/names.js';

const LINE_FEED = 0x0a;

const parameters = {
  feedTitle: text('Title of the feed', { defaultText: 'Dataset <name or id>' }),
  feedDescription: text('Description of the feed', { defaultText: 'Items in dataset with id "<id>".' }),
  feedLink: text('Where the feed is from', {
    placeholder: '<url>',
    expected: 'an absolute URL',
    matches: URL.canParse,
    defaultText: 'urn:dataset:<name or id>',
    local: true,
  }),
} as const;

/** RSS 2.0, an item a record, with the rules of xml inside it (SEMANTICS section 7). */
export const rss = documentFormat({
  summary: 'an RSS 2.0 feed, an item a record',
  mediaType: 'application/rss+xml; charset=utf-8',
  extension: 'rss',
  parameters,
  serializer: ({ bom = false, feedTitle, feedDescription, feedLink }, facts, mended) =>
    async function* (records, keeps) {
      const label = facts.name || facts.id;
      const head = await channelHead({
        title: feedTitle ?? `Dataset ${label}`,
        link: feedLink ?? datasetUrn(label),
        description: feedDescription ?? `Items in dataset with id "${facts.id}".`,
        modifiedAt: facts.modifiedAt,
        mended,
      });
      const { batches, write } = writtenAsElements(
        records,
        { name: 'item', depth: 0, mendName: mendFeedName, lines: false, keeps },
        mended,
      );
      const writer = new ByteWriter();
      if (bom) writeByteOrderMark(writer);
      writer.text(`<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"${declarations}>\n    <channel>${head}`);
      for await (const batch of batches) {
        for (const record of batch) {
          write(writer, record);
          writer.byte(LINE_FEED);
          if (writer.full) yield writer.take();
        }
      }
      writer.text('    </channel>\n</rss>\n');
      yield writer.take();
    },
});

const declarations = Object.entries(feedNamespaces)
  .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`)
  .join('');

interface Channel {
  readonly title: string;
  readonly link: string;
  readonly description: string;
  readonly modifiedAt: Facts['modifiedAt'];
  readonly mended: MendedTally;
}

/** What the library renders for a channel without items. It mistakes `&amp;` in text for an escape, so our texts take the place of marks. */
async function channelHead({ modifiedAt, mended, ...texts }: Channel): Promise<string> {
  const { Feed } = await import('feed');
  const rendered = new Feed({
    id: 'urn:mark:link',
    title: 'urn:mark:title',
    link: 'urn:mark:link',
    description: 'urn:mark:description',
    updated: modifiedAt ?? new Date(Date.UTC(1980, 0)),
    generator: 'dataset-items',
  }).rss2();
  const head = rendered.slice(rendered.indexOf('<channel>') + '<channel>'.length, rendered.indexOf('</channel>')).trimEnd();
  const marks = /urn:mark:(title|link|description)/g;
  return `${head.replace(marks, (_, name: keyof typeof texts) => escaped(texts[name], mended))}\n`;
}

function escaped(value: string, mended: MendedTally): string {
  const writer = new ByteWriter();
  dialectWriter(xmlText, mended.value)(writer, value);
  return Buffer.from(writer.take()).toString('utf8');
}

/** What a URN cannot hold is written as an address holds it. */
function datasetUrn(label: string): string {
  const whole = Buffer.from(label).toString('utf8');
  return `urn:dataset:${encodeURI(whole).replace(/[?#]/g, encodeURIComponent)}`;
}
