/** What the builder knows and the template does not. Each wins over the template's option. */
export interface KnownToBuilder {
  readonly host?: string;
  readonly port?: number;
  readonly username?: string;
  readonly password?: string;
  /** Text of a private key, used instead of `ssh_private_key_file`. SSH only, as the next. */
  readonly privateKey?: string;
  /** Path of the file (mode 0600) that has `privateKey`, for provisioners that bring their own SSH client. */
  readonly privateKeyFile?: string;
}
