import type { FileProvisionerConfig } from './config.gen.ts';

/** How an upload is to be put in place, when that is more than writing it there. */
export interface Placement {
  /** Octal digits. */
  readonly mode: string | undefined;
  /** "user", "user:group" or ":group". */
  readonly owner: string | undefined;
  /** Who puts it in place; undefined for the user that Kiln is logged in as. */
  readonly becomeUser: string | undefined;
  /** Whether what arrives is compared with what was sent. */
  readonly verify: boolean;
}

type Options = Pick<FileProvisionerConfig, 'mode' | 'owner' | 'become' | 'become_user' | 'verify'>;

function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

export function placementOf(config: Options): Placement {
  return {
    mode: given(config.mode),
    owner: given(config.owner),
    becomeUser: config.become ? (given(config.become_user) ?? 'root') : undefined,
    verify: config.verify,
  };
}

/** The mode of directories in a tree whose files have `mode`: who may read one may enter it. */
export function directoryMode(mode: string): string {
  const bits = Number.parseInt(mode, 8);
  return (bits | ((bits & 0o444) >> 2)).toString(8).padStart(4, '0');
}
