import { notes } from './notes.js';
import type { Rival } from './rival.js';
import { writeAll } from './write.js';

export const sheetJs: Rival = {
  name: 'sheetjs',
  package: 'xlsx',
  works: {
    'xlsx-6': {
      note: `${notes.inMemory}, its own level`,
      run: async ({ items }, output) => {
        const { default: xlsx } = await import('xlsx');
        const workbook = xlsx.utils.book_new();
        xlsx.utils.book_append_sheet(workbook, xlsx.utils.json_to_sheet([...items()]), 'Data');
        await writeAll(output.stream(), [xlsx.write(workbook, { type: 'buffer', bookType: 'xlsx', compression: true })]);
      },
    },
  },
};
