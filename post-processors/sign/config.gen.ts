// Made from a schema by `npm run generate`; do not edit.

/** Signs the artifact's files, each by a signature beside it. */
export interface SignPostProcessorConfig {
  /**
   * How to sign; each method makes a signature of each file. `gpg`: OpenPGP, `ssh`: as `ssh-keygen -Y sign`, `minisign`, `cosign`: a sigstore bundle with a key of your own, without a transparency log.
   *
   * @minItems 1
   */
  readonly methods: readonly ('gpg' | 'ssh' | 'minisign' | 'cosign')[];
  /**
   * Which files are signed: patterns (`*`, `?`, `[…]`) of names without their directories. Without it all are, but for signatures.
   */
  readonly files?: readonly string[];
  /**
   * Which key of the user's keyring signs: fingerprint, key id or e-mail address. Default: the one that `gpg` takes by itself.
   */
  readonly gpg_key?: string;
  /**
   * Directory of gpg's keyrings; a leading ~ is the home directory. Default: as for `gpg` itself, `GNUPGHOME` or `~/.gnupg`.
   */
  readonly gpg_home?: string;
  /**
   * Extension and form of OpenPGP signatures. `asc`: text; `sig`: binary; `gpg`: text, named as beside a `SHA256SUMS`.
   */
  readonly gpg_format: 'asc' | 'sig' | 'gpg';
  /**
   * Opens the key, where no agent has it open already. gpg reads it from its standard input.
   */
  readonly gpg_passphrase?: string;
  /**
   * Private key that signs, or a public key (`.pub`) whose private key the SSH agent has; a leading ~ is the home directory. `ssh` needs it.
   */
  readonly ssh_key_file?: string;
  /**
   * What the signature is for; who verifies has to name the same.
   */
  readonly ssh_namespace: string;
  /**
   * Opens `ssh_key_file` when it is encrypted.
   */
  readonly ssh_passphrase?: string;
  /**
   * Secret key of minisign; a leading ~ is the home directory.
   */
  readonly minisign_key_file: string;
  /**
   * Opens `minisign_key_file` when it is encrypted.
   */
  readonly minisign_password?: string;
  /**
   * The signed comment, one line. Default: minisign's own, with time and name of the file.
   */
  readonly minisign_comment?: string;
  /**
   * Private key in PEM form: EC P-256 or Ed25519, also encrypted (PKCS #8). One that `cosign generate-key-pair` made needs the program `cosign`. A leading ~ is the home directory. `cosign` needs it.
   */
  readonly cosign_key_file?: string;
  /**
   * Opens `cosign_key_file` when it is encrypted.
   */
  readonly cosign_password?: string;
}
