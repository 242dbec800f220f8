import type { Shown } from './cells.js';

export interface CellProps {
  readonly id: string;
  readonly index: number;
  readonly left: number;
  readonly width: number;
  readonly shown: Shown;
  readonly isActive: boolean;
  readonly onSelect: () => void;
  /** Given to the first cell of a row. */
  readonly onOpen: (() => void) | undefined;
}

export function Cell({ id, index, left, width, shown, isActive, onSelect, onOpen }: CellProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the grid has the focus and the keys
    <div
      id={id}
      role="gridcell"
      class={`grid-cell ${shown.kind}${isActive ? ' active' : ''}${onOpen ? ' first' : ''}`}
      aria-colindex={index + 1}
      style={{ transform: `translateX(${left}px)`, width: `${width}px` }}
      onClick={onSelect}
    >
      {onOpen && (
        <button type="button" class="open" tabIndex={-1} aria-label="Open this item" onClick={onOpen}>
          ⤢
        </button>
      )}
      <Value shown={shown} />
    </div>
  );
}

/** A value as it is shown in a cell, and wherever else values are. */
export function Value({ shown }: { readonly shown: Shown }) {
  switch (shown.kind) {
    case 'none':
      return null;
    case 'null':
      return <span class="faint">null</span>;
    case 'empty':
      return <span class="faint">empty</span>;
    case 'true':
      return <span class="yes">✓ true</span>;
    case 'false':
      return <span class="no">✗ false</span>;
    case 'image':
      return <Picture href={shown.href} text={shown.text} />;
    case 'link':
      return (
        <a href={shown.href} target="_blank" rel="noreferrer noopener" tabIndex={-1}>
          {shown.text}
        </a>
      );
    default:
      return <bdi>{shown.text}</bdi>;
  }
}

/** A picture that is in the data or on this server. One of another site is a link, as the page asks no other site. */
function Picture({ href, text }: { readonly href: string; readonly text: string }) {
  if (href.startsWith('data:') || new URL(href).origin === location.origin) {
    return <img class="thumbnail" src={href} alt={href.startsWith('data:') ? 'Picture in the item' : text} loading="lazy" />;
  }
  return (
    <a class="picture" href={href} target="_blank" rel="noreferrer noopener" tabIndex={-1}>
      {text.replace(/^https?:\/\//i, '')}
    </a>
  );
}
