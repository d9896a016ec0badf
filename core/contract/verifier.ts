/** A public key that the user trusts, by the flag -key of `kiln verify`. */
export interface TrustedKey {
  /** What the flag says: a path, or the key itself. */
  readonly said: string;
  /** What is in the file of that path; what the flag says, when there is none. */
  readonly content: Buffer;
}

/** Whom the user trusts, by the flags of `kiln verify`. */
export interface TrustedSigners {
  /** The keys that are of the verifier's kind (`Verifier.isKey`). */
  readonly keys: readonly TrustedKey[];
  /** Path of a list of who may sign, and by which keys. */
  readonly allowedSigners: string | undefined;
  /** Who must have signed, as that list calls them. */
  readonly identity: string | undefined;
  /** What signatures must have been made for, where a kind of them says that. */
  readonly namespace: string;
  /** False: no flag says whom to trust, and what this user trusts otherwise may count. */
  readonly isSaid: boolean;
}

/** What a verifier is given: a file, and what is said to be its signature. */
export interface SignatureCheck {
  readonly file: string;
  readonly signature: string;
  readonly trust: TrustedSigners;
  readonly signal: AbortSignal;
  /** Makes a directory of mode 0700 that is removed after the check. */
  temporaryDirectory(): Promise<string>;
}

/** Tells whether a file is what somebody signed, for one kind of signatures. */
export interface Verifier {
  /** The kind, as people call it: "OpenPGP". */
  readonly name: string;
  /** What names of signatures have behind the file's name: ".asc". Other kinds may have the same. */
  readonly suffixes: readonly string[];
  /** Whether something that begins so is a signature of this kind; given are up to 4 KiB. */
  isSignature(start: Buffer): boolean;
  /** Whether a file with this content, or a flag that says this, is a public key of this kind. */
  isKey(content: Buffer): boolean;
  /**
   * Resolves with what the signature is and whose, as people read it. Throws a `KilnError`: SIGNATURE_UNTRUSTED when
   * nobody said whom to trust, so that the signature tells nothing; any other code says why it is not good.
   */
  verify(check: SignatureCheck): Promise<string>;
}

/** Verifiers by name; each is loaded when signatures are looked for. */
export type VerifierTable = Readonly<Record<string, { load(): Promise<Verifier> }>>;
