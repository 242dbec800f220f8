import { Feed } from 'feed';
import { expect, it } from 'vitest';
import { mendedTally } from '../mended.js';
import { rss } from './rss.js';

async function channelOf(modifiedAt: Date | undefined): Promise<string> {
  const facts = { id: 'id', name: 'name', modifiedAt };
  const serialize = rss.serializer(
    { feedTitle: 'A title', feedDescription: 'A text', feedLink: 'https://shop.example/' },
    facts,
    mendedTally(),
  );
  const none = async function* () {};
  const chunks: Uint8Array[] = [];
  for await (const chunk of serialize(none())) chunks.push(chunk);
  return channelIn(Buffer.concat(chunks).toString());
}

function channelIn(document: string): string {
  return document.slice(document.indexOf('<channel>'));
}

it.each([undefined, new Date(Date.UTC(2024, 1, 29, 23, 59, 58, 999))])(
  'a channel without items is what feed makes of it: %s',
  async (modifiedAt) => {
    const updated = modifiedAt ?? new Date('1980-01-01T00:00:00Z');
    const about = { id: '', title: 'A title', description: 'A text', link: 'https://shop.example/', generator: 'dataset-items' };
    expect((await channelOf(modifiedAt)).trimEnd()).toBe(channelIn(new Feed({ ...about, updated }).rss2()));
  },
);
