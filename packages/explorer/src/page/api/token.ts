const name = 'dataset-items-token';

/** The token that the person has typed, until the tab is closed. */
export function keptToken(): string | undefined {
  return sessionStorage.getItem(name) ?? undefined;
}

export function keepToken(token: string): void {
  if (token === '') sessionStorage.removeItem(name);
  else sessionStorage.setItem(name, token);
}
