import { useEffect, useRef, useState } from 'preact/hooks';
import type { FormatFacts } from '../../shared/settings.js';
import { bytesText } from '../app/words.js';
import { fileNameOf } from '../copy/texts.js';
import type { Dataset } from '../dataset/dataset.js';
import { saveExport } from './save.js';

interface SaveButtonProps {
  readonly dataset: Dataset;
  readonly format: FormatFacts;
  readonly search: URLSearchParams;
  /** Bytes of the download, if they are known. */
  readonly expected: number | undefined;
}

type Saving = { readonly bytes: number } | { readonly failed: string } | undefined;

/** Downloads the export, with its progress. */
export function SaveButton({ dataset, format, search, expected }: SaveButtonProps) {
  const [saving, setSaving] = useState<Saving>();
  const ending = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => ending.current?.abort(), []);
  const fileName = fileNameOf({ dataset: { ...dataset, name: dataset.name ?? '' }, format });
  const save = async (): Promise<void> => {
    const controller = new AbortController();
    ending.current = controller;
    setSaving({ bytes: 0 });
    try {
      await saveExport(dataset.id, search, { fileName, signal: controller.signal, onBytes: (bytes) => setSaving({ bytes }) });
      setSaving(undefined);
    } catch (error) {
      setSaving(controller.signal.aborted ? undefined : { failed: error instanceof Error ? error.message : String(error) });
    }
  };
  if (saving !== undefined && 'bytes' in saving) {
    return (
      <div class="actions" role="status">
        <progress
          value={expected === undefined ? undefined : saving.bytes}
          max={expected}
          aria-label="Progress of the download"
        />
        <span>
          {bytesText(saving.bytes)}
          {expected !== undefined && ` of ${bytesText(expected)}`}
        </span>
        <button type="button" onClick={() => ending.current?.abort()}>
          Cancel
        </button>
      </div>
    );
  }
  return (
    <div class="actions">
      {saving && (
        <span class="bad-text" role="alert">
          {saving.failed}
        </span>
      )}
      <button type="button" class="main" onClick={() => void save()}>
        Download {fileName}
        {expected !== undefined && ` (${bytesText(expected)})`}
      </button>
    </div>
  );
}
