import { InvalidParameterError, type Parameter, text, toggle, wholeNumber } from '@dataset-items/query-pipeline';

/** Parameters of every request that starts a run. */
export const runParameters = {
  timeout: number('Seconds the run may take; 0 means no limit'),
  memory: memory('Memory of the run in megabytes: a power of 2 from 128 to 32768'),
  maxItems: wholeNumber('Largest number of items that are paid for'),
  maxTotalChargeUsd: number('Largest charge in US dollars'),
  build: text('Tag or number of the build'),
  restartOnError: toggle('Start the process again when it fails'),
  webhooks: text('Base64 of a JSON array of webhooks', { placeholder: '<base64>' }),
} as const;

/** Parameters of a request that resurrects a run. What is not given stays as it was. */
export const resurrectParameters = {
  timeout: runParameters.timeout,
  memory: runParameters.memory,
  maxItems: runParameters.maxItems,
  maxTotalChargeUsd: runParameters.maxTotalChargeUsd,
  build: runParameters.build,
  restartOnError: runParameters.restartOnError,
} as const;

/** Seconds: the longest time that the API makes a request wait. */
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
