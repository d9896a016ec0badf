/** Holds the lock at LOCK until it is killed or standard input ends; prints "waits" and "holds". */
import { once } from 'node:events';
import { holdLock } from '../../../../core/locks/queue-lock.ts';

const say = (word: string): void => void process.stdout.write(`${word}\n`);
await using _held = await holdLock(process.argv[2] ?? '', new AbortController().signal, () => say('waits'));
say('holds');
process.stdin.resume();
await once(process.stdin, 'end');
