import { useEffect, useId, useState } from 'preact/hooks';
import type { ParameterFacts } from '../../shared/settings.js';
import { NamesField } from './names-field.js';
import { controlOf } from './search.js';
import type { Suggestion } from './suggest.js';

interface ParameterFieldProps {
  readonly parameter: ParameterFacts;
  /** As it is in the address. */
  readonly value: string;
  /** The only values there are. */
  readonly choices?: readonly Suggestion[] | undefined;
  readonly suggest?: () => readonly Suggestion[];
  readonly onChange: (value: string) => void;
}

/** The field of a form for a parameter, as its facts describe it. */
export function ParameterField({ parameter, value, choices, suggest, onChange }: ParameterFieldProps) {
  const { name, summary, defaultText } = parameter;
  const id = useId();
  const control = choices ? 'choice' : controlOf(parameter);
  const about = (
    <small id={`${id}-about`}>
      <Words text={summary} />
      {defaultText && `. Default: ${defaultText}`}
    </small>
  );
  if (control === 'check') {
    return (
      <div class="field check">
        <input
          id={id}
          type="checkbox"
          checked={value === '1' || value === 'true'}
          aria-describedby={`${id}-about`}
          onChange={(event) => onChange(event.currentTarget.checked ? '1' : '')}
        />
        <label for={id}>{name}</label>
        {about}
      </div>
    );
  }
  return (
    <div class="field">
      <label for={id}>{name}</label>
      {control === 'choice' ? (
        <select id={id} value={value} aria-describedby={`${id}-about`} onChange={(event) => onChange(event.currentTarget.value)}>
          {(choices ? [{ name: '', note: 'none' }, ...choices] : switches).map((choice) => (
            <option key={choice.name} value={choice.name}>
              {choice.note}
            </option>
          ))}
        </select>
      ) : control === 'names' ? (
        <NamesField id={id} about={`${id}-about`} value={value} suggest={suggest ?? (() => [])} onChange={onChange} />
      ) : (
        <TextField id={id} about={`${id}-about`} value={value} isNumber={control === 'number'} onChange={onChange} />
      )}
      {about}
    </div>
  );
}

const switches = [
  { name: '', note: 'default' },
  { name: '1', note: 'on' },
  { name: '0', note: 'off' },
];

interface TextFieldProps {
  readonly id: string;
  readonly about: string;
  readonly value: string;
  readonly isNumber: boolean;
  readonly onChange: (value: string) => void;
}

/** Its value is taken when Enter is pressed or the field is left: each value is a request. */
function TextField({ id, about, value, isNumber, onChange }: TextFieldProps) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  return (
    <input
      id={id}
      type="text"
      inputMode={isNumber ? 'numeric' : 'text'}
      value={text}
      aria-describedby={about}
      onInput={(event) => setText(event.currentTarget.value)}
      onChange={() => text !== value && onChange(text.trim() === '' ? '' : text)}
      onKeyDown={(event) => event.key === 'Enter' && text !== value && onChange(text)}
    />
  );
}

/** Text in which names stand between backticks. */
function Words({ text }: { readonly text: string }) {
  return <>{text.split('`').map((part, at) => (at % 2 === 1 ? <code key={part}>{part}</code> : part))}</>;
}
