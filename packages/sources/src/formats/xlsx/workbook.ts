import { posix } from 'node:path';
import { type Archive, notWorkbook } from './archive.js';
import { datesAmong } from './dates.js';
import { localName, visitXml } from './xml.js';

/** What is known of a workbook beside its cells. */
export interface Workbook {
  /** In the order of their tabs. */
  readonly sheets: readonly { readonly name: string; readonly path: string }[];
  readonly sharedStrings: readonly string[];
  /** By style number: whether a number in that style is a date. */
  readonly dateStyles: readonly boolean[];
  /** Days count from 1904, not from 1900. */
  readonly from1904: boolean;
}

/** Shared strings are held whole: cells name them in any order. @throws Malformed */
export async function readWorkbook(archive: Archive): Promise<Workbook> {
  const [main] = [...(await readRelations(archive, '')).values()].filter(({ type }) => type === 'officeDocument');
  if (main === undefined || !archive.has(main.path)) throw notWorkbook('the archive holds no workbook');
  const relations = await readRelations(archive, main.path);
  const listed: { name: string; id: string }[] = [];
  let from1904 = false;
  await visitXml(archive.text(main.path), {
    open(tag, { name = '', date1904, ...others }) {
      const [, id = ''] = Object.entries(others).find(([attribute]) => localName(attribute) === 'id') ?? [];
      if (tag === 'sheet') listed.push({ name, id });
      if (tag === 'workbookPr') from1904 = date1904 === '1' || date1904 === 'true';
    },
  });
  const sheets = listed.flatMap(({ name, id }) => {
    const relation = relations.get(id);
    return relation?.type === 'worksheet' ? [{ name, path: relation.path }] : [];
  });
  const partOf = (wanted: string): string | undefined => [...relations.values()].find(({ type }) => type === wanted)?.path;
  const [strings, styles] = [partOf('sharedStrings'), partOf('styles')];
  const sharedStrings = strings === undefined ? [] : await readSharedStrings(archive, strings);
  return { sheets, from1904, sharedStrings, dateStyles: styles === undefined ? [] : await readDateStyles(archive, styles) };
}

interface Relation {
  /** The last part of its URI. */
  readonly type: string;
  /** From the root of the archive. */
  readonly path: string;
}

/** What a part names by an id; `''`: the archive itself. */
async function readRelations(archive: Archive, part: string): Promise<Map<string, Relation>> {
  const { dir, base } = posix.parse(part);
  const path = posix.join(dir, '_rels', `${base}.rels`);
  const relations = new Map<string, Relation>();
  await visitXml(archive.text(path), {
    open(tag, { Id = '', Type = '', Target = '' }) {
      if (tag !== 'Relationship') return;
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(dir, Target);
      relations.set(Id, { type: Type.slice(Type.lastIndexOf('/') + 1), path: target });
    },
  });
  return relations;
}

async function readSharedStrings(archive: Archive, path: string): Promise<string[]> {
  const strings: string[] = [];
  const collector = textCollector();
  await visitXml(archive.text(path), {
    open(tag) {
      if (tag === 'si') collector.start();
      collector.open(tag);
    },
    text: collector.text,
    close(tag) {
      collector.close(tag);
      if (tag === 'si') strings.push(collector.take());
    },
  });
  return strings;
}

/** The text of a string item: all its runs, without the reading aids of East Asian text. */
export function textCollector() {
  let text = '';
  let inText = false;
  let inAid = false;
  return {
    start(): void {
      text = '';
    },
    open(tag: string): void {
      if (tag === 't') inText = !inAid;
      else if (tag === 'rPh') inAid = true;
    },
    text(piece: string): void {
      if (inText) text += piece;
    },
    close(tag: string): void {
      if (tag === 't') inText = false;
      else if (tag === 'rPh') inAid = false;
    },
    take: (): string => unescapeText(text),
  };
}

/** Characters that XML cannot hold stand as `_xHHHH_` (SEMANTICS section 7). */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

async function readDateStyles(archive: Archive, path: string): Promise<boolean[]> {
  const codes = new Map<number, string>();
  const formats: number[] = [];
  let inCells = false;
  await visitXml(archive.text(path), {
    open(tag, { numFmtId = '0', formatCode = '' }) {
      if (tag === 'numFmt') codes.set(Number(numFmtId), formatCode);
      else if (tag === 'cellXfs') inCells = true;
      else if (tag === 'xf' && inCells) formats.push(Number(numFmtId));
    },
    close(tag) {
      if (tag === 'cellXfs') inCells = false;
    },
  });
  return datesAmong(formats, codes);
}
