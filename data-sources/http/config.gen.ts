// Made from a schema by `npm run generate`; do not edit.

/** Asks an HTTP server for a text. */
export interface HttpDataSourceConfig {
  /**
   * Address to ask, http or https. A login in it is sent, and shown nowhere.
   */
  readonly url: string;
  /**
   * Method of the request, such as GET or POST.
   */
  readonly method: string;
  /**
   * Headers of the request. A token in them comes from a sensitive variable.
   */
  readonly request_headers?: {
    readonly [k: string]: string;
  };
  /**
   * Body of the request, in UTF-8.
   */
  readonly request_body?: string;
}
