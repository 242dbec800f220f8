import { useState } from 'preact/hooks';
import type { FormatFacts } from '../../shared/settings.js';
import { useSettings } from '../app/context.js';
import { copyTexts } from '../copy/texts.js';
import type { Dataset, SchemaView } from '../dataset/dataset.js';
import { CopyText } from '../parts/copy-text.js';
import { withoutView } from '../query/search.js';

interface CopyAsProps {
  readonly dataset: Dataset;
  readonly format: FormatFacts;
  /** Parameters of the export. */
  readonly request: URLSearchParams;
  readonly views: readonly SchemaView[];
}

/** The same export, to take along. */
export function CopyAs({ dataset, format, request, views }: CopyAsProps) {
  const { parameters, token, files } = useSettings();
  const [chosen, setChosen] = useState('URL');
  const view = views.find(({ name }) => name === request.get('view'));
  const texts = copyTexts({
    origin: location.origin,
    token,
    dataset: { id: dataset.id, name: dataset.name ?? '', modifiedAt: dataset.modifiedAt },
    format,
    search: request,
    plain: withoutView(request, view?.transformation ?? {}),
    parameters,
    file: files[dataset.id],
  });
  const shown = texts.find(({ name }) => name === chosen) ?? texts[0];
  return (
    <section class="copy-as" aria-label="Copy as">
      <h2>Copy as</h2>
      <fieldset class="row">
        <legend class="hidden">Form</legend>
        {texts.map(({ name }) => (
          <button key={name} type="button" class="quiet" aria-pressed={name === shown?.name} onClick={() => setChosen(name)}>
            {name}
          </button>
        ))}
      </fieldset>
      {shown &&
        (shown.missing ? (
          <p class="notice">{shown.missing}</p>
        ) : (
          <CopyText key={shown.name} label={shown.name} text={shown.text} />
        ))}
    </section>
  );
}
