import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Item } from '@dataset-items/query-pipeline';
import { put } from '../store/changes.js';
import type { Database } from '../store/database.js';
import { jsonKind } from '../store/kinds.js';
import { hasSecrets } from './input-schema.js';

/** Encrypts values of secret input fields as the API does, so that nobody reads them in an answer. */
export interface InputSecrets {
  /** The input with the values of its secret fields encrypted; those that are encrypted stay as they are. */
  hide(input: Item, schema: Item | undefined): Promise<Item>;
  /** The input as it was before it was hidden. */
  reveal(input: Item): Promise<Item>;
  /** The environment variables with which the SDK decrypts its input. */
  environment(): Readonly<Record<string, string>>;
}

interface StoredKey {
  /** PEM, encrypted. */
  readonly privateKey: string;
  readonly passphrase: string;
}

const keys = jsonKind<StoredKey>('input-keys');
const only = 'key';

/** The key is made when the first value is encrypted, and stored. */
export async function openInputSecrets(database: Database): Promise<InputSecrets> {
  await database.ready();
  let stored = database.get(keys, only);
  let made: Promise<StoredKey> | undefined;
  const keyOf = async (): Promise<StoredKey> => {
    if (stored !== undefined) return stored;
    made ??= newKey();
    const key = await made;
    await database.commit([put(keys, only, key)]);
    stored = key;
    return key;
  };
  return {
    async hide(input, schema) {
      if (schema === undefined || !hasSecrets(schema)) return input;
      const { encryptInputSecrets } = await import('@apify/input_secrets');
      const publicKey = createPublicKey(opened(await keyOf()));
      return encryptInputSecrets({ input: { ...input }, inputSchema: schema, publicKey }) as Item;
    },
    async reveal(input) {
      if (stored === undefined) return input;
      const { decryptInputSecrets } = await import('@apify/input_secrets');
      return decryptInputSecrets({ input, privateKey: opened(stored) });
    },
    environment() {
      if (stored === undefined) return {};
      return {
        APIFY_INPUT_SECRETS_PRIVATE_KEY_FILE: Buffer.from(stored.privateKey).toString('base64'),
        APIFY_INPUT_SECRETS_PRIVATE_KEY_PASSPHRASE: stored.passphrase,
      };
    },
  };
}

function opened({ privateKey, passphrase }: StoredKey): KeyObject {
  return createPrivateKey({ key: privateKey, passphrase });
}

async function newKey(): Promise<StoredKey> {
  const passphrase = randomBytes(24).toString('base64url');
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase },
  });
  return { privateKey, passphrase };
}
