import type { Views } from '@dataset-items/exporter';
import type { Source } from '@dataset-items/sources';

/** The dataset that answers a request. */
export interface Dataset {
  /**
   * Its `total()`, or else its `count()`, is called before the first item is read, for the pagination headers. It is closed when the
   * response ends, also when the response fails or the client leaves.
   */
  readonly source: Source;
  /** For the file name of the response. Default: the source's own. */
  readonly name?: string | undefined;
  /** Used in the file name if there is no name. Default: the source's own. */
  readonly id?: string | undefined;
  /** Views of the dataset's schema. */
  readonly views?: Views | undefined;
  /** A text that changes whenever the items do, for `ETag` and `If-None-Match`. Default: the source's own, if it has one. */
  readonly version?: string | undefined;
}
