export {
  InvalidKeyError,
  type Keys,
  type KeysWindow,
  type KeyValueChanges,
  type KeyValueFacts,
  type KeyValueRecord,
  type KeyValueStore,
  type RecordFacts,
  RecordTooLargeError,
  type StoredKeyValues,
  type WantedKeyValues,
} from './store.js';
