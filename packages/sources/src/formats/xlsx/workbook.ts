import { posix } from 'node:path';
import { type Archive, notWorkbook } from './archive.js';
import { type DateStyle, dateStylesOf } from './dates.js';
import { checkCount, textLimit } from './limits.js';
import { type SharedStrings, sharedStrings } from './shared-strings.js';
import { localName, visitXml } from './xml.js';

export interface Sheet {
  readonly name: string;
  readonly path: string;
  readonly isHidden: boolean;
}

/** Everything in a workbook except the cells. */
export interface Workbook {
  /** In the order of the tabs. */
  readonly sheets: readonly Sheet[];
  readonly sharedStrings: SharedStrings;
  /** For each style: what numbers in that style are. */
  readonly dateStyles: readonly DateStyle[];
  /** Days count from 1904, not from 1900. */
  readonly from1904: boolean;
}

/** All shared strings are kept in memory, within limits, because cells refer to them in any order. @throws Malformed */
export async function readWorkbook(archive: Archive): Promise<Workbook> {
  const [main] = [...(await readRelations(archive, '')).values()].filter(({ type }) => type === 'officeDocument');
  if (main === undefined || !archive.has(main.path)) throw notWorkbook('the archive contains no workbook');
  const relations = await readRelations(archive, main.path);
  const listed: { name: string; id: string; isHidden: boolean }[] = [];
  let from1904 = false;
  await visitXml(archive.text(main.path), {
    open(tag, { name = '', state = 'visible', date1904, ...others }) {
      const [, id = ''] = Object.entries(others).find(([attribute]) => localName(attribute) === 'id') ?? [];
      if (tag === 'sheet') checkCount(listed.push({ name, id, isHidden: state !== 'visible' }), 'sheets');
      if (tag === 'workbookPr') from1904 = date1904 === '1' || date1904 === 'true';
    },
  });
  const sheets = listed.flatMap(({ name, id, isHidden }) => {
    const relation = relations.get(id);
    return relation?.type === 'worksheet' ? [{ name, path: relation.path, isHidden }] : [];
  });
  const partOf = (wanted: string): string | undefined => [...relations.values()].find(({ type }) => type === wanted)?.path;
  const [strings, styles] = [partOf('sharedStrings'), partOf('styles')];
  const shared = await readSharedStrings(archive, strings);
  return {
    sheets,
    from1904,
    sharedStrings: shared,
    dateStyles: styles === undefined ? [] : await readDateStyles(archive, styles),
  };
}

export interface Relation {
  /** The last part of its URI. */
  readonly type: string;
  /** From the root of the archive. */
  readonly path: string;
  /** As written; the address of a link. */
  readonly target: string;
}

/** Parts that a part refers to, by id. `''` is the archive itself. */
export async function readRelations(archive: Archive, part: string): Promise<Map<string, Relation>> {
  const { dir, base } = posix.parse(part);
  const path = posix.join(dir, '_rels', `${base}.rels`);
  const relations = new Map<string, Relation>();
  await visitXml(archive.text(path), {
    open(tag, { Id, Type = '', Target = '' }) {
      if (tag !== 'Relationship' || Id === undefined) return;
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(dir, Target);
      relations.set(Id, { type: Type.slice(Type.lastIndexOf('/') + 1), path: target, target: Target });
      checkCount(relations.size, 'relations');
    },
  });
  return relations;
}

async function readSharedStrings(archive: Archive, path: string | undefined): Promise<SharedStrings> {
  const strings = sharedStrings();
  if (path === undefined) return strings;
  const collector = textCollector();
  await visitXml(archive.text(path), {
    open(tag) {
      if (tag === 'si') collector.start();
      collector.open(tag);
    },
    text: collector.text,
    close(tag) {
      collector.close(tag);
      if (tag === 'si') strings.add(collector.takeEscaped());
    },
  });
  return strings;
}

/** The text of a string item: all its runs, without the reading aids of East Asian text. */
export function textCollector() {
  let text = '';
  let inText = false;
  let inAid = false;
  const limit = textLimit('a text');
  return {
    start(): void {
      text = '';
      limit.clear();
    },
    open(tag: string): void {
      if (tag === 't') inText = !inAid;
      else if (tag === 'rPh') inAid = true;
    },
    text(piece: string): void {
      if (!inText) return;
      limit.add(piece.length);
      text += piece;
    },
    close(tag: string): void {
      if (tag === 't') inText = false;
      else if (tag === 'rPh') inAid = false;
    },
    take: (): string => unescapeText(text),
    /** Text as in the file: an escape in it may stand for a lone surrogate, which UTF-8 cannot hold. */
    takeEscaped: (): string => text,
  };
}

/** Characters that XML cannot hold are written as `_xHHHH_` (docs/semantics.md#formats). */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

async function readDateStyles(archive: Archive, path: string): Promise<DateStyle[]> {
  const codes = new Map<number, string>();
  const formats: number[] = [];
  let inCells = false;
  await visitXml(archive.text(path), {
    open(tag, { numFmtId = '0', formatCode = '' }) {
      if (tag === 'numFmt') checkCount(codes.set(Number(numFmtId), formatCode).size, 'number formats');
      else if (tag === 'cellXfs') inCells = true;
      else if (tag === 'xf' && inCells) checkCount(formats.push(Number(numFmtId)), 'styles');
    },
    close(tag) {
      if (tag === 'cellXfs') inCells = false;
    },
  });
  return dateStylesOf(formats, codes);
}
