import { readFile } from 'node:fs/promises';
import { defineLookup, StepError, type Lookup } from 'kiln-sdk';

/** {{ example `file` `name` }}: the value of a line `name=value` of a file. What a lookup gives counts as secret. */
export const lookup: Lookup = defineLookup({
  name: 'example',
  takes: { least: 2, most: 2 },
  fetch: async ([file = '', name = ''], signal) => {
    const lines = (await readFile(file, { encoding: 'utf8', signal })).split('\n');
    const found = lines.find((line) => line.startsWith(`${name}=`));
    if (found === undefined) throw new StepError(`${file} has no ${name}`, { code: 'LOOKUP_FAILED' });
    return found.slice(name.length + 1);
  },
});
