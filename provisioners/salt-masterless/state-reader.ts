/** Knows from the lines of salt-call's usual output which states failed. */
export interface StateReader {
  read(line: string): void;
  /** Each failure in one line: name, function and comment. */
  failures(): readonly string[];
}

const ESCAPE = String.fromCharCode(27);
const COLOUR = new RegExp(`${ESCAPE}\\[[\\d;]*m`, 'g');
const FIELD = /^ {4,}(ID|Function|Name|Result|Comment|Started|Duration|Changes): ?(.*)$/;

interface State {
  id: string;
  function: string;
  failed: boolean;
  comment: string[];
}

export function stateReader(): StateReader {
  const states: State[] = [];
  let field: string | undefined;
  return {
    read: (line) => {
      const text = line.replaceAll(COLOUR, '');
      const [, name, value = ''] = FIELD.exec(text) ?? [];
      const current = states.at(-1);
      if (name === 'ID') states.push({ id: value.trim(), function: '', failed: false, comment: [] });
      else if (current === undefined) return;
      else if (name === 'Function') current.function = value.trim();
      else if (name === 'Result') current.failed = value.trim() === 'False';
      else if (name === 'Comment') current.comment = [value.trim()];
      // A comment of several lines goes on below, further to the right.
      else if (name === undefined && field === 'Comment' && /^ {14}/.test(text)) current.comment.push(text.trim());
      if (name !== undefined || text.startsWith('----')) field = name;
    },
    failures: () =>
      states
        .filter(({ failed }) => failed)
        .map(({ id, function: name, comment }) => `${id} (${name}): ${comment.join(' ').trim()}`),
  };
}
