import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** The shapes of the API's description, in two files. */
const documents = {
  api: read('../../packages/proxy/src/check/api-schemas.json'),
  more: read('../fixtures/api-shapes.json'),
};
const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
for (const [name, { $defs }] of Object.entries(documents)) ajv.addSchema({ $defs }, name);

/** An answer with this status: the name of its shape, the shape itself, the media types that it may have, or `null` for no body. */
export type AnswerShape = string | Readonly<Record<string, unknown>> | readonly string[] | null;

interface Document {
  readonly $defs: Readonly<Record<string, object>>;
  readonly answers?: Readonly<Record<string, Readonly<Record<string, AnswerShape>>>>;
}

function read(path: string): Document {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}

/** The answers of each endpoint that succeed, by `GET /v2/datasets/:datasetId` and status. */
export const answerShapes = documents.more.answers ?? {};

const compiled = new Map<string, ValidateFunction>();

function validatorOf(shape: string | object): ValidateFunction {
  if (typeof shape !== 'string') {
    const text = JSON.stringify(shape);
    const known = compiled.get(text) ?? ajv.compile(rebased(shape));
    compiled.set(text, known);
    return known;
  }
  const known = ajv.getSchema(`api#/$defs/${shape}`) ?? ajv.getSchema(`more#/$defs/${shape}`);
  if (known === undefined) throw new Error(`no shape called ${shape}`);
  return known;
}

/** A shape outside the files, whose references lead into them. */
function rebased(shape: object): object {
  return JSON.parse(JSON.stringify(shape).replaceAll('"#/$defs/', '"more#/$defs/'));
}

/** The differences between a value and a shape of the API. Empty: it has the shape. */
export function violations(shape: string | object, value: unknown): string[] {
  const validate = validatorOf(shape);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const { allowedValues: _, ...more } = params;
    return `${instancePath} ${message} ${JSON.stringify(more)}`;
  });
}
