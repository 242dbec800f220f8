import { withValue } from '../query/search.js';

interface QueryWordsProps {
  readonly query: URLSearchParams;
  readonly search: URLSearchParams;
  readonly onChange: (search: URLSearchParams) => void;
}

/** The parameters of the query, each with a button that removes it. */
export function QueryWords({ query, search, onChange }: QueryWordsProps) {
  const given = [...query];
  if (given.length === 0) return null;
  const without = (names: readonly string[]): URLSearchParams =>
    names.reduce((left, name) => withValue(left, name, undefined), new URLSearchParams(search));
  // New names stand for those of `fields`, and are nothing without them.
  const partsOf = (name: string): string[] => (name === 'fields' ? ['fields', 'outputFields'] : [name]);
  return (
    <ul class="words" aria-label="Query">
      {given.map(([name, value]) => (
        <li key={name}>
          <code>
            {name}
            {value === '1' || value === 'true' ? '' : `=${value}`}
          </code>
          <button type="button" aria-label={`Remove ${name}`} onClick={() => onChange(without(partsOf(name)))}>
            ×
          </button>
        </li>
      ))}
      {given.length > 1 && (
        <li class="plain">
          <button type="button" class="quiet" onClick={() => onChange(without(given.map(([name]) => name)))}>
            Remove all
          </button>
        </li>
      )}
    </ul>
  );
}
