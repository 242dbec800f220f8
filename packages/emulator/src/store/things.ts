/** The properties of every stored thing. */
export interface ThingRecord {
  /** 17 characters of 0-9A-Za-z, unless the creator chose another id. */
  readonly id: string;
  readonly name?: string | undefined;
  readonly createdAt: Date;
  readonly accessedAt: Date;
}

/** A stored thing in its committed state. */
export interface Cell<R, C> {
  /** Key of its entries, and prefix of the keys of its data. Keys are in the order of creation and are never used again. */
  readonly key: string;
  record: R;
  /** The data that changes often. */
  counts: C;
  /** It is being removed, or was. */
  leaving: boolean;
}

/** Who may read a storage without a token. */
export const generalAccesses = [
  'FOLLOW_USER_SETTING',
  'RESTRICTED',
  'ANYONE_WITH_ID_CAN_READ',
  'ANYONE_WITH_NAME_CAN_READ',
] as const;

export type GeneralAccess = (typeof generalAccesses)[number];

/** What a request can change of every storage. */
export interface ThingChanges {
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  /** Default FOLLOW_USER_SETTING, which means restricted. */
  readonly generalAccess?: GeneralAccess | undefined;
}

/** What every storage can be created with. */
export interface WantedThing extends ThingChanges {
  readonly id?: string | undefined;
  readonly actorId?: string | undefined;
  readonly runId?: string | undefined;
}

/** The properties of every storage. */
export interface ThingFacts extends ThingRecord, Omit<WantedThing, 'id'> {}

/** A record with the changes that are given. */
export function withChanges<R extends ThingChanges>(record: R, { name, title, generalAccess }: ThingChanges): R {
  return {
    ...record,
    ...(name !== undefined && { name }),
    ...(title !== undefined && { title }),
    ...(generalAccess !== undefined && { generalAccess }),
  };
}
