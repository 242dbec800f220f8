import { useState } from 'preact/hooks';
import { quantity } from '../app/words.js';
import { isObject, type Json, kindOf } from '../query/suggest.js';
import { Value } from '../table/cell.js';
import { shownCell } from '../table/cells.js';
import { type Path, pathText } from './path.js';

interface TreeProps {
  readonly name: string | number;
  readonly value: Json;
  readonly path: Path;
  readonly chosen: string;
  readonly onChoose: (path: Path, value: Json) => void;
}

/** Levels that are open at first, and values of one array or object that are shown at once. */
const OPEN_LEVELS = 2;
const AT_ONCE = 100;

/** A value with all that is inside of it. What is closed is not in the document, so that an item may be of any depth. */
export function Tree({ name, value, path, chosen, onChoose }: TreeProps) {
  const isNested = typeof value === 'object' && value !== null;
  const [isOpen, setOpen] = useState(path.length <= OPEN_LEVELS);
  const [most, setMost] = useState(AT_ONCE);
  const text = pathText(path);
  const choose = () => onChoose(path, value);
  const label = (
    <>
      <button
        type="button"
        class={chosen === text ? 'key chosen' : 'key'}
        onClick={choose}
        onFocus={choose}
        onMouseEnter={choose}
      >
        <bdi>{name === '' ? '(no name)' : name}</bdi>
      </button>
      <span class="kind">{kindText(value)}</span>
    </>
  );
  if (!isNested) {
    return (
      <li>
        {label} <Leaf value={value} />
      </li>
    );
  }
  const entries: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? (value as readonly Json[]).map((element, at) => [at, element] as const)
    : Object.entries(value);
  return (
    <li>
      <button
        type="button"
        class="fold"
        aria-expanded={isOpen}
        aria-label={`${isOpen ? 'Close' : 'Open'} ${name}`}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? '▾' : '▸'}
      </button>
      {label}
      {isOpen && (
        <ul>
          {entries.slice(0, most).map(([key, inner]) => (
            <Tree key={key} name={key} value={inner} path={[...path, key]} chosen={chosen} onChoose={onChoose} />
          ))}
          {entries.length > most && (
            <li>
              <button type="button" onClick={() => setMost(most * 10)}>
                Show more of {quantity(entries.length, 'value')}
              </button>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

const LONGEST = 2000;

function Leaf({ value }: { readonly value: Json }) {
  const [isWhole, setWhole] = useState(false);
  if (typeof value !== 'string' || shownCell(value).kind !== 'text') return <Value shown={shownCell(value)} />;
  const isLong = value.length > LONGEST && !isWhole;
  return (
    <span class="leaf">
      <bdi>{isLong ? `${value.slice(0, LONGEST)}…` : value}</bdi>
      {isLong && (
        <button type="button" onClick={() => setWhole(true)}>
          Show all of {quantity(value.length, 'character')}
        </button>
      )}
    </span>
  );
}

function kindText(value: Json): string {
  if (Array.isArray(value)) return `array of ${value.length}`;
  if (isObject(value)) return `object of ${Object.keys(value).length}`;
  const { kind } = shownCell(value);
  return ['date', 'image', 'link', 'empty'].includes(kind) ? kind : kindOf(value);
}
