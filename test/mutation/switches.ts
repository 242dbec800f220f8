/** What the mutated sources call (`instrument.ts`). It stands on the global object, as every module reaches that. */
export interface Switches {
  /** Whether the mutant is switched on; also notes that it was reached. */
  isOn(id: number): boolean;
  /** One more turn of a loop; throws past the limit. */
  turn(): void;
}

declare global {
  var mutation: Switches;
}

export const reached = new Set<number>();

export const state = { on: 0, turns: 0, limit: Number.POSITIVE_INFINITY };

export const endless = 'a mutant never ends a loop';

globalThis.mutation = {
  isOn(id) {
    reached.add(id);
    return state.on === id;
  },
  turn() {
    if (++state.turns > state.limit) throw new Error(endless);
  },
};
