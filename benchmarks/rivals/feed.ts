import { notes } from './notes.js';
import type { Rival } from './rival.js';
import { writeAll } from './write.js';

export const feed: Rival = {
  name: 'feed',
  package: 'feed',
  works: {
    rss: {
      note: notes.inMemory,
      run: async ({ items }, output) => {
        const { Feed } = await import('feed');
        const channel = new Feed({ title: 'items', id: 'urn:dataset:items', link: 'urn:dataset:items', copyright: '' });
        for (const { title, url, id, updatedAt, description, category } of items()) {
          channel.addItem({
            title: String(title),
            link: String(url),
            guid: String(id),
            date: new Date(String(updatedAt)),
            description: String(description),
            category: [{ name: String(category) }],
          });
        }
        await writeAll(output.stream(), [channel.rss2()]);
      },
    },
  },
};
