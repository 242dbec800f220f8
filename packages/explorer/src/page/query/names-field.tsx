import { useState } from 'preact/hooks';
import type { Suggestion } from './suggest.js';

interface NamesFieldProps {
  readonly id: string;
  /** ID of the element that describes it. */
  readonly about: string;
  /** Names, comma separated. */
  readonly value: string;
  readonly suggest: () => readonly Suggestion[];
  readonly onChange: (value: string) => void;
}

/** Suggestions that a list has at most. More are found by typing. */
const MOST = 200;

/** A list of names: each can be removed, and a further one is typed or chosen from what is in the data. */
export function NamesField({ id, about, value, suggest, onChange }: NamesFieldProps) {
  const [text, setText] = useState('');
  const [isOpen, setOpen] = useState(false);
  const names = value.split(',').flatMap((name) => name.trim() || []);
  const add = (typed: string): void => {
    const added = typed.split(',').flatMap((name) => name.trim() || []);
    setText('');
    if (added.length > 0) onChange([...new Set([...names, ...added])].join(','));
  };
  const wanted = text.toLowerCase();
  const found = isOpen ? suggest().filter(({ name }) => !names.includes(name) && name.toLowerCase().includes(wanted)) : [];
  return (
    <div class="names">
      {names.map((name) => (
        <span class="name" key={name}>
          <bdi>{name}</bdi>
          <button
            type="button"
            aria-label={`Remove ${name}`}
            onClick={() => onChange(names.filter((each) => each !== name).join(','))}
          >
            ×
          </button>
        </span>
      ))}
      <input
        id={id}
        type="text"
        value={text}
        list={`${id}-list`}
        aria-describedby={about}
        placeholder={names.length === 0 ? 'name of a field' : 'another one'}
        autocomplete="off"
        onFocus={() => setOpen(true)}
        onInput={(event) => {
          const typed = event.currentTarget.value;
          // A browser says in this way that a suggestion was chosen.
          const isChosen = !(event instanceof InputEvent) || event.inputType === 'insertReplacementText';
          if (isChosen || typed.endsWith(',')) add(typed);
          else setText(typed);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault();
            add(text);
          } else if (event.key === 'Backspace' && text === '' && names.length > 0) onChange(names.slice(0, -1).join(','));
        }}
        onBlur={() => add(text)}
      />
      <datalist id={`${id}-list`}>
        {found.slice(0, MOST).map(({ name, note }) => (
          <option key={name} value={name}>
            {note}
          </option>
        ))}
      </datalist>
    </div>
  );
}
