/**
 * Makes the npm packages `kiln` and `kiln-sdk`: `npm run pack`, or `node core/dev/pack.ts DIRECTORY`. The tarballs install on
 * Node.js 24 without a server and without tools that compile.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { root } from './components.ts';
import { writeKilnPackage } from './pack/kiln-package.ts';
import { writeSdkPackage } from './pack/sdk-package.ts';

const target = resolve(process.argv[2] ?? join(root, 'dist/packages'));
const place = mkdtempSync(join(tmpdir(), 'kiln-pack-'));
try {
  mkdirSync(target, { recursive: true });
  await writeSdkPackage(join(place, 'kiln-sdk'));
  writeKilnPackage(join(place, 'kiln'));
  for (const name of ['kiln', 'kiln-sdk']) {
    const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', target];
    const file = execFileSync('npm', args, { cwd: join(place, name), encoding: 'utf8' }).trim();
    console.log(join(target, file));
  }
} finally {
  rmSync(place, { recursive: true });
}
