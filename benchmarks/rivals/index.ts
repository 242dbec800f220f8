import type { Case } from '../case.js';
import { byHand } from './by-hand.js';
import { csvStringify } from './csv-stringify.js';
import { d3Dsv } from './d3-dsv.js';
import { duckdb, duckdbOneThread, duckdbTyped } from './duckdb.js';
import { exceljs } from './exceljs.js';
import { fastCsv } from './fast-csv.js';
import { feed } from './feed.js';
import { jq } from './jq.js';
import { json2csvPlain, json2csvStream } from './json2csv.js';
import { miller } from './miller.js';
import { parseStringify, readline } from './naive.js';
import { ours } from './ours.js';
import { papaparse } from './papaparse.js';
import type { Rival, Work } from './rival.js';
import { sheetJs } from './sheetjs.js';
import { fastXmlParser, xmlbuilder2 } from './xml.js';

/** Every contestant, in the order in which they run. */
export const rivals: readonly Rival[] = [
  ...ours,
  byHand,
  parseStringify,
  readline,
  d3Dsv,
  json2csvPlain,
  json2csvStream,
  papaparse,
  fastCsv,
  csvStringify,
  fastXmlParser,
  xmlbuilder2,
  feed,
  exceljs,
  sheetJs,
  duckdb,
  duckdbOneThread,
  duckdbTyped,
  jq,
  miller,
];

export function workOf(rival: Rival, { name, work = name }: Case): Work | undefined {
  return rival.works[name] ?? rival.works[work];
}
