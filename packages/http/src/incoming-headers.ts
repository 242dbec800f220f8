import type { IncomingMessage } from 'node:http';

/** The headers of a message of node:http. `Headers` are made only to list or change them. */
export class IncomingHeaders implements Headers {
  readonly #incoming: IncomingMessage;
  #made: Headers | undefined;

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming;
  }

  get #all(): Headers {
    this.#made ??= headersOf(this.#incoming);
    return this.#made;
  }

  get(name: string): string | null {
    if (this.#made !== undefined) return this.#made.get(name);
    const { headers } = this.#incoming;
    const key = name.toLowerCase();
    const value = Object.hasOwn(headers, key) ? headers[key] : undefined;
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  append(name: string, value: string): void {
    this.#all.append(name, value);
  }

  delete(name: string): void {
    this.#all.delete(name);
  }

  set(name: string, value: string): void {
    this.#all.set(name, value);
  }

  getSetCookie(): string[] {
    return this.#all.getSetCookie();
  }

  keys(): ReturnType<Headers['keys']> {
    return this.#all.keys();
  }

  values(): ReturnType<Headers['values']> {
    return this.#all.values();
  }

  entries(): ReturnType<Headers['entries']> {
    return this.#all.entries();
  }

  forEach: Headers['forEach'] = (call, self) => this.#all.forEach(call, self);

  [Symbol.iterator](): ReturnType<Headers['entries']> {
    return this.#all[Symbol.iterator]();
  }
}

function headersOf(incoming: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (name.startsWith(':')) continue;
    for (const line of Array.isArray(value) ? value : [value]) if (line !== undefined) headers.append(name, line);
  }
  return headers;
}
