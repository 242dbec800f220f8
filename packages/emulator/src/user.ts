/** The only user. Everything belongs to it. */
export const userId = 'emulatedUser00001';
export const username = 'emulator';
