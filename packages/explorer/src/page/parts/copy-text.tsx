import { useState } from 'preact/hooks';

/** Text to take along, and a button that copies it. */
export function CopyText({ text, label }: { readonly text: string; readonly label: string }) {
  const [done, setDone] = useState<string>();
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setDone('Copied');
    } catch {
      // The browser does not allow it here, such as on a page without https: the text is then selected to be copied by hand.
      setDone('Select it and copy it');
    }
    setTimeout(() => setDone(undefined), 2000);
  };
  return (
    <div class="copy">
      <section aria-label={label}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long text is scrolled with the keys */}
        <pre tabIndex={0}>{text}</pre>
      </section>
      <button type="button" onClick={() => void copy()} aria-label={`Copy: ${label}`}>
        <span aria-live="polite">{done ?? 'Copy'}</span>
      </button>
    </div>
  );
}
