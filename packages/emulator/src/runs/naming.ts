/** Names that only the process of a run is told. */
export interface Naming {
  /** `user/name` */
  readonly actor: string;
  /** Tags of the build, separated by commas. */
  readonly buildTags: string;
}
