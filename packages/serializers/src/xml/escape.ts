import { type CodePoints, type EscapeTable, loneSurrogate } from '../escapes.js';

/** Characters that XML 1.0 cannot contain in any form, except lone surrogates. */
export const notXml: readonly CodePoints[] = [
  [0x00, 0x08],
  [0x0b, 0x0c],
  [0x0e, 0x1f],
  [0xfffe, 0xffff],
];

const rules: EscapeTable['rules'] = [{ of: notXml, as: '\ufffd', reported: 'replacedCharacters' }, loneSurrogate];

/** Text between tags (docs/semantics.md#xml). */
export const xmlText: EscapeTable = {
  escapes: { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' },
  rules,
};

/** The value of an attribute, between quotes (docs/semantics.md#xml). */
export const xmlAttribute: EscapeTable = {
  escapes: { ...xmlText.escapes, '"': '&quot;', '\t': '&#9;', '\n': '&#10;' },
  rules,
};
