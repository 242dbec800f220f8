import { createEmulator, type Emulator, type EmulatorOptions } from '@dataset-items/emulator';
import { onTestFinished } from 'vitest';

export interface Served {
  readonly emulator: Emulator;
  readonly url: string;
}

/** An emulator that listens during a test. */
export async function served(options: EmulatorOptions = {}): Promise<Served> {
  const emulator = await createEmulator(options);
  onTestFinished(() => emulator.close());
  const { url } = await emulator.listen({ port: 0 });
  return { emulator, url };
}
