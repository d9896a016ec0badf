/** A Kiln process that downloads one file: download-once.ts URL SHA256 HOME, with its cache below HOME. */
import { download } from '../../../builders/_shared/download/download.ts';
import { smallBuild } from '../../integration/qemu/small-build-run.ts';

const [url = '', digest = '', home = ''] = process.argv.slice(2);
const small = await smallBuild({ home });
await download(
  { url, checksum: { kind: 'digest', algorithm: 'sha256', digest }, checksumPointer: '/iso_checksum' },
  small.build,
);
await small.end();
