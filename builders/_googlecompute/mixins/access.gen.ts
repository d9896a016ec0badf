// Made from a schema by `npm run generate`; do not edit.

/** How Kiln gets into Google Cloud. Without any of these options it looks where Google's tools look (Application Default Credentials): the file that GOOGLE_APPLICATION_CREDENTIALS names, the one of `gcloud auth application-default login`, and the service account of the machine that Kiln runs on. */
export interface AccessOptions {
  /**
   * Path of a file of credentials: the key of a service account, a user's login (as gcloud writes it), the configuration of a workload identity federation, or one that impersonates an account; a leading ~ is the home directory.
   */
  readonly credentials_file?: string;
  /**
   * What such a file holds, as text.
   */
  readonly credentials_json?: string;
  /**
   * Path of a file of credentials, or what it holds.
   */
  readonly account_file?: string;
  /**
   * OAuth access token (`gcloud auth print-access-token`). Kiln cannot renew it: it is good for an hour at most.
   */
  readonly access_token?: string;
  /**
   * E-mail address of a service account in whose name everything is done. Who the other options name, or the default credentials, needs the role Service Account Token Creator for it. Packer takes it with the default credentials only.
   */
  readonly impersonate_service_account?: string;
  /**
   * Service accounts on the way to that one, first the one that the credentials may impersonate. Packer has no such option.
   */
  readonly impersonate_service_account_delegates?: readonly string[];
  /**
   * Path in HashiCorp Vault where its secrets engine for Google Cloud makes access tokens, anew before they end. VAULT_ADDR, VAULT_TOKEN and Vault's other variables say where and how.
   */
  readonly vault_gcp_oauth_engine?: string;
  /**
   * Domain of the services, for clouds that are Google's and not at googleapis.com. That of the credentials has to be the same.
   */
  readonly universe_domain: string;
  /**
   * URLs of services in the place of Google's, for private endpoints and for stand-ins.
   */
  readonly custom_endpoints?: {
    /**
     * Compute Engine.
     */
    readonly compute?: string;
    /**
     * Cloud Storage.
     */
    readonly storage?: string;
    /**
     * OS Login.
     */
    readonly oslogin?: string;
    /**
     * The service that says whom a token belongs to.
     */
    readonly oauth2?: string;
    /**
     * IAM's service that impersonates accounts. Packer has no such key.
     */
    readonly iamcredentials?: string;
    /**
     * The relay of Identity-Aware Proxy, `wss://tunnel.cloudproxy.app/v4/`. Packer has no such key.
     */
    readonly iap?: string;
  };
}
