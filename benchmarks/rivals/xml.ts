import type { Rival } from './rival.js';
import { inBatches, writeAll } from './write.js';

const head = '<?xml version="1.0" encoding="UTF-8"?>\n<items>\n';
const tail = '\n</items>\n';

export const fastXmlParser: Rival = {
  name: 'fast-xml-parser',
  package: 'fast-xml-parser',
  works: {
    xml: {
      note: 'a thousand items at a time',
      run: async ({ items }, output) => {
        const { XMLBuilder } = await import('fast-xml-parser');
        const builder = new XMLBuilder({ format: true, indentBy: '  ' });
        const texts = function* (): Generator<string> {
          yield head;
          for (const item of inBatches(items())) yield builder.build({ item });
          yield tail;
        };
        await writeAll(output.stream(), texts());
      },
    },
  },
};

export const xmlbuilder2: Rival = {
  name: 'xmlbuilder2',
  package: 'xmlbuilder2',
  works: {
    xml: {
      note: 'item by item',
      run: async ({ items }, output) => {
        const { fragment } = await import('xmlbuilder2');
        const texts = function* (): Generator<string> {
          yield head;
          for (const item of items()) yield fragment({ keepNullNodes: true }, { item }).end({ prettyPrint: true });
          yield tail;
        };
        await writeAll(output.stream(), texts());
      },
    },
  },
};
