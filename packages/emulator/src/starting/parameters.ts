import { InvalidParameterError, type Parameter, text, toggle, wholeNumber } from '@dataset-items/query-pipeline';

/** What every request that starts a run takes (CLIENTS.md). */
export const runParameters = {
  timeout: number('Seconds the run may take; 0: as long as it likes'),
  memory: memory('Megabytes of the run: a power of 2, from 128 to 32768'),
  maxItems: wholeNumber('Told to the process: items it is paid for at most'),
  maxTotalChargeUsd: number('Told to the process: what it may charge at most'),
  build: text('Tag or number of the build'),
  restartOnError: toggle('Start the process again when it fails'),
  webhooks: text('Base64 of a JSON array of webhooks', { placeholder: '<base64>' }),
} as const;

/** Seconds that the API holds a request at most. */
const MOST_WAIT = 60;

export const waitParameter = {
  waitForFinish: number(`Seconds to wait for the end of the run, ${MOST_WAIT} at most`, (seconds) =>
    Math.min(seconds, MOST_WAIT),
  ),
} as const;

/** Zero or more, with or without decimals. */
function number(summary: string, normalize: (value: number) => number = (value) => value): Parameter<number> {
  return parameter(summary, 'a number, 0 or more', (value) => value >= 0, normalize);
}

function memory(summary: string): Parameter<number> {
  const fits = (value: number): boolean => value >= 128 && value <= 32_768 && Number.isInteger(Math.log2(value));
  return parameter(summary, 'a power of 2 from 128 to 32768', fits);
}

function parameter(
  summary: string,
  expected: string,
  fits: (value: number) => boolean,
  normalize: (value: number) => number = (value) => value,
): Parameter<number> {
  const take = (value: number, written: string, name: string): number => {
    if (!Number.isFinite(value) || !fits(value)) throw new InvalidParameterError(name, written, expected);
    return normalize(value);
  };
  return {
    summary,
    kind: 'value',
    placeholder: '<n>',
    expected,
    parse: (given, name) =>
      given === '' ? undefined : take(/^\d{1,15}(\.\d+)?$/.test(given) ? Number(given) : Number.NaN, given, name),
    accept: (value, name) => (value === undefined ? undefined : take(Number(value), String(value), name)),
  };
}
