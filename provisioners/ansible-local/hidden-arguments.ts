import { shellWord } from '../../plugins/sdk/guest.ts';
import { hideVariables, type Hiding } from '../_ansible/hide-variables.ts';
import { shellWords } from '../_guest-shell/words.ts';

/** `extra_arguments` as shell text, with the values of variables in files as far as they can be told here. */
export async function hiddenArguments(given: readonly string[], hiding: Hiding): Promise<string> {
  const text = given.join(' ');
  const words = shellWords(text);
  if (words === undefined) return text;
  const hidden = await hideVariables(
    words.map(({ value }) => value),
    hiding,
  );
  return words.map(({ raw }, index) => (hidden[index] === undefined ? raw : shellWord(hidden[index]))).join(' ');
}
