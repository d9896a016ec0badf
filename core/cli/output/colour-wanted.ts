import { isTerminal } from './terminal-of.ts';

/** The flag that every command takes. */
export const colourFlag = {
  color: {
    kind: 'switch',
    summary: 'colours; without the flag, on a terminal, unless the environment says otherwise (NO_COLOR, FORCE_COLOR)',
  },
} as const;

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

function isOn(value: string | undefined): boolean {
  return isSet(value) && !/^(0|false)$/i.test(value ?? '');
}

/** What the arguments say, also when they cannot be parsed. */
function asked(args: readonly string[]): boolean | undefined {
  const given = args.map((argument) => /^--?color(?:=(.*))?$/.exec(argument)).findLast((found) => found !== null);
  return !given ? undefined : !/^(0|f|false)$/i.test(given[1] ?? 'true');
}

/** Whether what goes to this descriptor is coloured: as the flag says, else the environment, else for terminals. */
export function wantsColour(descriptor: 1 | 2): boolean {
  const flag = asked(process.argv.slice(2));
  if (flag !== undefined) return flag;
  const { NO_COLOR, PACKER_NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, CLICOLOR, TERM } = process.env;
  if (isSet(NO_COLOR) || isSet(PACKER_NO_COLOR)) return false;
  if (isSet(FORCE_COLOR)) return isOn(FORCE_COLOR);
  if (isOn(CLICOLOR_FORCE)) return true;
  return TERM !== 'dumb' && CLICOLOR !== '0' && isTerminal(descriptor);
}
