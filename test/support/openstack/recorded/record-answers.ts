/**
 * Writes answers.json: what a real OpenStack answers. `node record-answers.ts IMAGE FLAVOR NETWORK` with OS_AUTH_URL,
 * OS_USERNAME, OS_PASSWORD and OS_PROJECT_NAME of a user who is no admin; all in the domain Default.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askAll } from './ask-all.ts';

const { OS_AUTH_URL, OS_USERNAME, OS_PASSWORD, OS_PROJECT_NAME } = process.env;
const [, , image = '', flavor = '', network = ''] = process.argv;
const answers = await askAll({
  authUrl: OS_AUTH_URL ?? '',
  username: OS_USERNAME ?? '',
  password: OS_PASSWORD ?? '',
  project: OS_PROJECT_NAME ?? '',
  image,
  flavor,
  network,
  pause: 200,
});
const lines = answers.map((answer) => JSON.stringify(answer));
writeFileSync(join(import.meta.dirname, 'answers.json'), `[\n${lines.join(',\n')}\n]\n`);
console.log(`${answers.length} answers`);
