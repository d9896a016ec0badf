import type { SpecialKey } from './special-keys.ts';

export type KeyAction = 'press' | 'down' | 'up';

/** Where a text is waited for: the serial console, the screen (while it is in text mode), or whichever shows it first. */
export type WaitPlace = 'console' | 'screen' | 'any';

/** One thing to do, in the order of the text. */
export type BootStep =
  | { readonly type: 'key'; readonly key: SpecialKey; readonly action: KeyAction }
  | { readonly type: 'character'; readonly character: string; readonly action: KeyAction }
  | { readonly type: 'wait'; readonly milliseconds: number }
  | {
      readonly type: 'wait-for';
      readonly text: string;
      readonly place: WaitPlace;
      /** Milliseconds. */
      readonly timeout: number;
    };

/** A fault of a boot command; `offset` counts UTF-16 code units from the start of its text. */
export interface BootCommandFault {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

export type ParsedBootCommand =
  | { readonly steps: readonly BootStep[]; readonly fault?: undefined }
  | { readonly steps?: undefined; readonly fault: BootCommandFault };
