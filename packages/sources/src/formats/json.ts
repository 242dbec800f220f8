import type { Accept } from '../json-faults.js';
import type { JsonElement } from '../json-reading.js';
import { Malformed } from '../malformed.js';
import type { RawBatch } from '../raw-batch.js';
import { countLineFeeds, isBlank, jsonParser, type ParseSpan, spanBatch } from '../spans.js';
import type { TextFormat, TextInput } from './format.js';
import { type Comma, complaint, type Elements, type Grammar, readElements, separates, takeComma } from './json-elements.js';
import { layoutOf } from './json-text.js';

export const json: TextFormat = {
  kind: 'text',
  summary: 'A JSON array of objects, or objects one after the other',
  extensions: ['json'],
  recognizes: (head) => {
    const layout = layoutOf(head);
    if (layout === 'lines') return undefined;
    return layout === 'values' ? 'likely' : 'more';
  },
  open: (input) => readValues(input, readElements(input, arrayGrammar(input.accept))),
  framing: 'elements',
  pieces: (input) => readElements(input, arrayGrammar(input.accept)),
};

/**
 * Parses elements. Whether an element is an object is checked when it is parsed. After a syntax error between elements nothing more can
 * be read.
 * @param parserOf the parser for the elements of a piece. Default: each is an item
 */
export async function* readValues(
  { source, maxDepth, faults, accept, numbers, reached }: TextInput,
  pieces: AsyncIterable<Elements>,
  parserOf: (parse: ParseSpan, piece: Elements) => ParseSpan = (parse) => parse,
): AsyncGenerator<RawBatch> {
  const parse = jsonParser(maxDepth, accept, numbers);
  for await (const piece of pieces) {
    const { bytes, offset, elements } = piece;
    const lineOf = (byte: number): number => lineIn(bytes, elements, byte - offset) ?? reached.line;
    const [starts, ends] = [elements.map(({ start }) => start), elements.map(({ end }) => end)];
    yield spanBatch({ source, bytes, starts, ends, offset, faults, numbers, lineOf, parseSpan: parserOf(parse, piece) });
  }
}

/** The line of a byte in one of the elements of a piece. */
function lineIn(bytes: Buffer, elements: readonly JsonElement[], at: number): number | undefined {
  const element = elements.find(({ start, end }) => start <= at && at < end);
  return element && element.line + countLineFeeds(bytes.subarray(element.start, at));
}

/** What is expected next. */
type Place = 'start' | 'element or end' | 'element' | 'comma or end' | 'next element' | 'end';

/** An array of items, or items one after the other. */
function arrayGrammar(accept: Accept | undefined): Grammar {
  let place: Place = 'start';
  let inArray = false;
  /** The latest comma. */
  let comma: Comma = { at: 0, line: 1 };

  const take: Grammar['take'] = (byte, at, line) => {
    const wanted = place === 'element or end' || place === 'element' || place === 'next element';
    if (byte === 0x5b && place === 'start') {
      inArray = true;
      place = 'element or end';
    } else if ((wanted || place === 'start') && !isBlank(byte) && !separates(byte)) return 'item';
    else if (byte === 0x5d && (place === 'element or end' || place === 'comma or end')) place = 'end';
    else if (byte === 0x2c && place === 'comma or end') {
      place = 'element';
      comma = { at, line };
    } else if (byte === 0x5d && place === 'element') {
      place = 'end';
      return takeComma(comma, accept);
    } else if (byte === 0x2c && place === 'next element') {
      place = 'start';
      return takeComma({ at, line }, accept);
    } else if (!isBlank(byte)) return complaint(expectedAt(place), byte, { at, line });
    return undefined;
  };

  return {
    take,
    closed: () => {
      place = inArray ? 'comma or end' : 'next element';
    },
    end: (at) => (inArray && place !== 'end' ? new Malformed(at, 'the text ends inside the array') : undefined),
    isOpen: () => inArray,
  };
}

function expectedAt(place: Place): string {
  if (place === 'comma or end') return 'a comma or the end of the array';
  return place === 'end' ? 'nothing after the array' : 'a JSON object';
}
