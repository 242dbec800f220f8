import { isUtf8 } from 'node:buffer';
import { secretParameters } from '@dataset-items/http';

/** What stands for a secret. */
const redacted = 'REDACTED';

/** Parameters of URLs whose values let somebody in. */
const secretParameter = new RegExp(`([?&](?:${secretParameters.join('|')})=)[^&#\\s"'<>]+`, 'gi');
const jsonString = /"(?:[^"\\]|\\.)*"/g;
/** Characters; a shorter text may be part of anything. */
const SHORTEST = 6;

/** A function that redacts plain text: the given secrets, and the values of secret parameters of URLs. */
function cleaning(secrets: readonly string[]): (text: string) => string {
  const known = [...new Set(secrets)].filter(({ length }) => length >= SHORTEST).sort((one, other) => other.length - one.length);
  return (text) =>
    known.reduce((left, secret) => left.replaceAll(secret, redacted), text).replace(secretParameter, `$1${redacted}`);
}

/** A function that redacts JSON text, inside of its strings. Everything else stays as it was written. */
export function redacting(secrets: readonly string[]): (json: string) => string {
  const clean = cleaning(secrets);
  return (json) =>
    json.replace(jsonString, (quoted) => {
      const text: string = JSON.parse(quoted);
      const left = clean(text);
      return left === text ? quoted : JSON.stringify(left);
    });
}

/** The value of a record. `undefined`: it has secrets that cannot be redacted, because it is neither JSON nor text. */
export function redactedValue(value: Buffer, contentType: string, secrets: readonly string[]): Buffer | undefined {
  const isUtf8Text = isUtf8(value);
  const text = value.toString(isUtf8Text ? 'utf8' : 'latin1');
  const left = cleaning(secrets)(text);
  if (isJson(contentType, text)) return Buffer.from(redacting(secrets)(text));
  if (left === text) return value;
  return isUtf8Text && /^(?:text\/|application\/(?:[\w.-]+\+)?xml\b)/i.test(contentType) ? Buffer.from(left) : undefined;
}

/** Whether it is declared as JSON, and is JSON. */
function isJson(contentType: string, text: string): boolean {
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
