/** What the user name of a proxy's URL asks for: `groups-A+B,session-x,country-US_CA`, or `auto` for nothing. */
export interface ProxyWishes {
  readonly groups: readonly string[];
  readonly session?: string;
  /** `US`, or `US_CA` for a state. */
  readonly country?: string;
}

const patterns = {
  groups: /^[\w.~]+(\+[\w.~]+)*$/,
  session: /^[\w.~]{1,50}$/,
  country: /^[A-Z]{2}(_[A-Z0-9]{1,3})?$/,
} as const;

const expected = {
  groups: 'names of letters, digits, `.`, `_` and `~`, joined by `+`',
  session: 'at most 50 letters, digits, `.`, `_` and `~`',
  country: 'two capital letters, such as `US`, with a state as in `US_CA`',
} as const;

/** @returns the wishes, or the reason to refuse them */
export function parseUsername(username: string): ProxyWishes | string {
  if (username === 'auto') return { groups: [] };
  const found: { groups?: string; session?: string; country?: string } = {};
  for (const part of username.split(',')) {
    const [, name, value = ''] = /^(groups|session|country)-(.*)$/.exec(part) ?? [];
    if (name === undefined)
      return `user name: got ${JSON.stringify(part)}, expected auto, groups-..., session-... or country-...`;
    const kind = name as keyof typeof patterns;
    if (!patterns[kind].test(value)) return `user name: ${kind}: got ${JSON.stringify(value)}, expected ${expected[kind]}`;
    if (found[kind] !== undefined) return `user name: got ${kind} twice, expected it once`;
    found[kind] = value;
  }
  const { groups, session, country } = found;
  return { groups: groups?.split('+') ?? [], ...(session && { session }), ...(country && { country }) };
}
