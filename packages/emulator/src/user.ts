/** The one user there is; everything belongs to it. */
export const userId = 'emulatedUser00001';
export const username = 'emulator';
