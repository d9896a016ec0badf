/** A project of the domain "Default". */
export interface Project {
  readonly id: string;
  readonly name: string;
}

export interface User {
  readonly id: string;
  readonly name: string;
  password: string;
  readonly roles: readonly string[];
  readonly projects: readonly Project[];
  /** Asked for beside the password. */
  readonly passcode: string | undefined;
}

export interface ApplicationCredential {
  readonly id: string;
  readonly name: string;
  readonly secret: string;
  readonly user: User;
  readonly project: Project;
}

export interface Token {
  readonly id: string;
  readonly user: User;
  /** Undefined for a token without a scope. */
  readonly project: Project | undefined;
  readonly methods: readonly string[];
  /** Virtual milliseconds since 1970. */
  readonly issuedAt: number;
  expiresAt: number;
  readonly credential: ApplicationCredential | undefined;
}

/** Half of a login that needs two. */
export interface Receipt {
  readonly user: User;
  readonly methods: readonly string[];
}

/** Who there is, and how they have come in. */
export interface People {
  readonly users: User[];
  readonly projects: Project[];
  readonly credentials: ApplicationCredential[];
  readonly tokens: Map<string, Token>;
  readonly receipts: Map<string, Receipt>;
}

/** The user "baker" of the project "bakery", "mfa-baker" who has a passcode, and an admin. */
export function makePeople(newId: () => string): People {
  const project = (name: string): Project => ({ id: newId(), name });
  const bakery = project('bakery');
  const other = project('other');
  const user = (name: string, more: Partial<User> = {}): User => ({
    id: newId(),
    name,
    password: `${name}'s pass/word`,
    roles: ['member', 'reader'],
    projects: [bakery],
    passcode: undefined,
    ...more,
  });
  return {
    users: [
      user('baker'),
      user('mfa-baker', { passcode: '123456' }),
      user('admin', { roles: ['admin', 'member', 'reader'], projects: [bakery, other] }),
      user('other', { projects: [other] }),
    ],
    projects: [bakery, other],
    credentials: [],
    tokens: new Map(),
    receipts: new Map(),
  };
}
