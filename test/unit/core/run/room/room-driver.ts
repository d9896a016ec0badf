/** Takes room of a ledger until it is killed or standard input ends: LEDGER MEMORY TOTAL; prints "waits" and "works". */
import { once } from 'node:events';
import { inSharedRoom } from '../../../../../core/run/room/shared-room.ts';

const [ledger = '', memory = '', total = ''] = process.argv.slice(2);
const room = { load: { memory: Number(memory), processors: 1 }, total: { memory: Number(total), processors: 9 } };
const say = (word: string): void => void process.stdout.write(`${word}\n`);
const waiting = { signal: new AbortController().signal, onWait: () => say('waits') };
await inSharedRoom(ledger, room, waiting, async () => {
  say('works');
  process.stdin.resume();
  await once(process.stdin, 'end');
});
process.exit();
