export * from '@dataset-items/emulator';
