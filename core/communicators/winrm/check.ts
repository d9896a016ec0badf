import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { CommunicatorOptions } from '../options.gen.ts';

/** What the schema cannot say about WinRM's options. */
export function checkWinrm(config: CommunicatorOptions): readonly Omit<Diagnostic, 'severity'>[] {
  if (config.winrm_username !== undefined) return [];
  return [
    {
      code: 'WINRM_USERNAME_REQUIRED',
      message: 'winrm_username is required',
      pointer: '',
      hint: 'name an administrator of the guest',
    },
  ];
}
