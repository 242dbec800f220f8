import type { BlockList } from 'node:net';

// Node's `net` is loaded when it is used: it slows down loading the library, and exports do not need it.
const net = (): typeof import('node:net') => process.getBuiltinModule('node:net');

/** 4 or 6; 0: not an address. */
export function isIP(address: string): number {
  return net().isIP(address);
}

/** A list of addresses. It is made when it is first asked for. */
export function addressList(fill: (list: BlockList) => void): () => BlockList {
  let list: BlockList | undefined;
  return () => {
    if (list === undefined) {
      list = new (net().BlockList)();
      fill(list);
    }
    return list;
  };
}
