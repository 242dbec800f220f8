import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface PanelProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A panel at the side; on a phone it covers the page. Escape closes it, and the focus goes back to where it was. */
export function Panel({ title, onClose, children }: PanelProps) {
  const element = useRef<HTMLElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const before = document.activeElement;
    element.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <aside
      ref={element}
      class="panel"
      tabIndex={-1}
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close.current();
      }}
    >
      <div class="panel-head">
        <h2>{title}</h2>
        <button type="button" class="quiet" onClick={onClose} aria-label={`Close ${title}`}>
          ✕
        </button>
      </div>
      <div class="panel-body">{children}</div>
    </aside>
  );
}
