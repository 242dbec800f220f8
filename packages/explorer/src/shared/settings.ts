/** What a server has besides datasets. A view that needs something else is not shown. */
export const features = [
  'actors',
  'keyValueStores',
  'requestQueues',
  'requests',
  'webhooks',
  'faults',
  'inspect',
  'preview',
] as const;
export type Feature = (typeof features)[number];

/** A parameter as a form shows it, from the registries. */
export interface ParameterFacts {
  readonly name: string;
  readonly summary: string;
  readonly kind: 'flag' | 'toggle' | 'value';
  readonly placeholder: string;
  readonly expected: string;
  readonly defaultText: string;
  /** An option of the library and of the command: not in a URL. */
  readonly local: boolean;
}

export interface FormatFacts {
  readonly name: string;
  readonly summary: string;
  readonly mediaType: string;
  /** Without the dot. */
  readonly extension: string;
  readonly kind: 'document' | 'table';
  readonly binary: boolean;
  /** It has the URL of its export in it. */
  readonly links: boolean;
  /** It may have the date of the dataset in it. */
  readonly dated: boolean;
  /** Names of its own parameters. */
  readonly parameters: readonly string[];
}

/** What the page knows of its server, at `/_explorer/settings.json`. */
export interface Settings {
  readonly serves: readonly Feature[];
  /** The server refuses every change. */
  readonly readOnly: boolean;
  /** The server asks for a token. */
  readonly token: boolean;
  readonly formats: readonly FormatFacts[];
  readonly parameters: readonly ParameterFacts[];
  /** How the command reaches the data: the names of the files that are open, by dataset. Empty for a server of the API. */
  readonly files: Readonly<Record<string, string>>;
}
