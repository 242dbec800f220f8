import { describe, expect, it } from 'vitest';
import { attachmentHeader } from './file-name.js';

const modifiedAt = new Date('2026-01-31T12:34:56.789Z');
const time = '2026-01-31_12-34-56-789';

const rows: readonly [name: string, ascii: string, extended: string | undefined, why: string][] = [
  ['furniture', 'furniture', undefined, 'a plain name'],
  ['my-data.v2_x', 'my-data.v2_x', undefined, 'marks that every system takes'],
  ['oak table', 'oak_table', 'oak%20table', 'a blank'],
  ['Möbel', 'M_bel', 'M%C3%B6bel', 'a letter that is not ASCII'],
  ["it's (all)*", 'it_s__all__', 'it%27s%20%28all%29_', 'marks that the extended form does not take as they are'],
  ['家具', '__', '%E5%AE%B6%E5%85%B7', 'no ASCII at all'],
  ['../../etc/passwd', '.._.._etc_passwd', undefined, 'a path stays a name'],
  ['C:\\x', 'C__x', undefined, 'on Windows too'],
  ['a"; filename="b.exe', 'a___filename__b.exe', 'a_%3B%20filename%3D_b.exe', 'a quote does not end the name'],
  ['a\r\nSet-Cookie: x=1', 'a__Set-Cookie__x_1', 'a__Set-Cookie_%20x%3D1', 'a line break does not end the header'],
  ['a\0b', 'a_b', undefined, 'NUL'],
  ['a\u202Egpj.exe', 'a_gpj.exe', undefined, 'a mark that would show it backwards'],
  ['a\ud800b', 'a_b', 'a%EF%BF%BDb', 'half a character'],
  ['n'.repeat(300), 'n'.repeat(60), undefined, 'longer than a file system takes'],
];

describe('Content-Disposition', () => {
  it.each(rows)('%j: %s (%s): %s', (name, ascii, extended) => {
    const header = attachmentHeader({ name, modifiedAt, extension: 'csv' });
    const more = extended === undefined ? '' : `; filename*=UTF-8''dataset_${extended}_${time}.csv`;
    expect(header).toBe(`attachment; filename="dataset_${ascii}_${time}.csv"${more}`);
    expect(new Headers({ 'content-disposition': header }).get('content-disposition')).toBe(header);
  });

  it.each([
    ['', 'dataset.json'],
    ['furniture', 'dataset_furniture.json'],
  ])('without a date, and the name %j: %s', (name, file) => {
    for (const unknown of [undefined, new Date(Number.NaN)]) {
      expect(attachmentHeader({ name, modifiedAt: unknown, extension: 'json' })).toBe(`attachment; filename="${file}"`);
    }
  });

  it('without a name: the date alone', () => {
    expect(attachmentHeader({ name: '', modifiedAt, extension: 'json' })).toBe(`attachment; filename="dataset_${time}.json"`);
  });
});
