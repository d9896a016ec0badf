/** Asks the person at the terminal. */
export type Ask = (question: string, signal: AbortSignal) => Promise<string>;

const ANSWER_LIMIT = 5 * 60_000;

/**
 * The codes of MFA devices: the given one first, which is good for one time only, then what the person at the terminal
 * says. What it returns throws `Error` when there is nobody to ask.
 */
export function mfaCodes(given: string | undefined, ask: Ask | undefined): (serial: string) => Promise<string> {
  let unused = given;
  return async (serial) => {
    const code = unused;
    unused = undefined;
    if (code !== undefined) return code;
    if (ask === undefined) {
      const why = given === undefined ? 'set mfa_code' : 'mfa_code was good for one time only';
      throw new Error(`the MFA device ${serial} has to give a code, and there is no terminal to ask at: ${why}`);
    }
    const answer = await ask(`Code of the MFA device ${serial}: `, AbortSignal.timeout(ANSWER_LIMIT));
    if (!/^\d{6}$/.test(answer)) throw new Error(`"${answer}" is no code of an MFA device, which has six digits`);
    return answer;
  };
}
