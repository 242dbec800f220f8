/** What the page asks for at an address of its own: figures of columns, and the beginning of a download. */
export interface Asked {
  readonly what: 'figures' | 'preview';
  /** The dataset in the path, as it was sent. */
  readonly segment: string;
}
