import { utimes, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startFaultyProxy, type FaultyProxy } from './faulty-proxy.ts';
import type { FarEnd } from './far-end.ts';
import { failureOf, fileOf, noise, sha256, upload } from './upload.ts';

const MIB = 1_048_576;
const long = process.env['KILN_LONG_TESTS'] === '1';

/** What a kind of target does not have, or has in another way. */
export interface Traits {
  /** Speaks HTTP, so that it may answer with 503 and 429. */
  readonly http?: boolean;
  /** Does not know its own uploads again. */
  readonly forgetful?: boolean;
  /** Bytes of a file that goes in several parts. */
  readonly large?: number;
  /** There is no connection that could be cut. */
  readonly local?: boolean;
  /** Itself removes what was cut off in the middle of a part, and nobody else can. */
  readonly unreachable?: boolean;
  /** Shows nothing of what is not whole. */
  readonly invisible?: boolean;
  /** Knows files by their content: what is there needs not be sent again. */
  readonly byContent?: boolean;
  /** Lets everybody in. */
  readonly open?: boolean;
}

/** What every kind of target has to do, against its real server. */
export function uploadSuite(kind: string, start: () => Promise<FarEnd>, traits: Traits = {}): void {
  const {
    http = false,
    forgetful = false,
    invisible = false,
    unreachable = false,
    byContent = false,
    local: isLocal = false,
    open: isOpen = false,
  } = traits;
  const size = traits.large ?? 20 * MIB + 4321;
  const large = noise(size);

  describe(`upload to ${kind}`, () => {
    let farEnd: FarEnd;
    let count = 0;
    const usual = { ...process.env };
    /** A directory at the target that no other test uses. */
    const place = (): string => `t${(count += 1)}/`;
    beforeAll(async () => {
      farEnd = await start();
      Object.assign(process.env, farEnd.environment);
    }, 600_000);
    afterAll(async () => {
      process.env = usual;
      await farEnd.stop();
    });

    async function throughProxy(): Promise<FaultyProxy> {
      const proxy = await startFaultyProxy(farEnd.port!);
      onTestFinished(() => proxy.close());
      return proxy;
    }

    test('files arrive as they are, large and empty ones, and the artifact says where they are', async () => {
      const at = place();
      const files = [await fileOf('disk image.raw', large), await fileOf('empty', Buffer.alloc(0))];
      const run = await upload(files, { targets: [farEnd.target(at)] });
      expect(failureOf(run)).toBeUndefined();
      expect(sha256((await farEnd.read(`${at}disk image.raw`))!)).toBe(sha256(large));
      expect(await farEnd.read(`${at}empty`)).toEqual(Buffer.alloc(0));
      expect(await farEnd.names(at)).toEqual(['disk image.raw', 'empty']);
      expect(await farEnd.halves()).toEqual([]);
      expect(run.leftBehind).toEqual([]);
      const { remotes = [] } = run.artifacts.at(-1)!;
      const there = remotes.slice(-2).map(({ size: bytes, sha256: digest }) => [bytes, digest]);
      expect(there).toEqual([
        [size, sha256(large)],
        [0, sha256(Buffer.alloc(0))],
      ]);
      if (!byContent) expect(remotes[0]!.url).toContain('disk image.raw');
      expect(run.artifacts.at(-1)!.id).toContain(remotes[1]!.url);
    });

    test('a file replaces the one before it', async () => {
      const at = place();
      for (const text of ['old and longer', 'new']) {
        const run = await upload([await fileOf('notes', Buffer.from(text))], { targets: [farEnd.target(at)] });
        expect(failureOf(run)).toBeUndefined();
      }
      expect((await farEnd.read(`${at}notes`))?.toString()).toBe('new');
    });

    test('a dry run puts nothing there', async () => {
      const at = place();
      const run = await upload([await fileOf('disk', large)], { targets: [farEnd.target(at)], dry_run: true });
      expect(failureOf(run)).toBeUndefined();
      expect(run.lines.join('\n')).toContain('would upload');
      expect(await farEnd.names(at)).toEqual([]);
      expect(await farEnd.halves()).toEqual([]);
    });

    if (!isOpen) {
      test('who is not let in is told so at once, and nothing was sent', async () => {
        const stranger = farEnd.stranger!;
        const at = place();
        const run = await upload([await fileOf('disk', large)], { targets: [stranger.target(farEnd.target(at))] });
        expect(failureOf(run)).toMatch(new RegExp(stranger.code));
        expect(await farEnd.names(at)).toEqual([]);
        expect(run.leftBehind).toEqual([]);
      });
    }

    if (!isLocal) {
      test('a connection that is cut anywhere is made anew, and the file is whole or not there', async () => {
        const at = place();
        const proxy = await throughProxy();
        const points = long ? 200 : 4;
        for (let point = 0; point < points; point += 1) {
          // The first and the last bytes are those of the dialogue around the file.
          const bytes = Math.floor(((point + Math.random()) / points) * (size + 4000));
          const content = byContent ? noise(size, point + 2) : large;
          const path = await fileOf('disk', content);
          proxy.breakAfter(bytes, 'cut');
          const run = await upload([path], { targets: [farEnd.target(`${at}${point}/`, proxy.port)] });
          expect(failureOf(run), `cut after ${bytes} bytes`).toBeUndefined();
          expect(sha256((await farEnd.read(`${at}${point}/disk`))!), `cut after ${bytes} bytes`).toBe(sha256(content));
          if (!unreachable) expect(await farEnd.halves(), `cut after ${bytes} bytes`).toEqual([]);
        }
      }, 3_600_000);

      test('a connection over which nothing moves counts as lost', async () => {
        const at = place();
        const proxy = await throughProxy();
        proxy.breakAfter(Math.floor(size / 2), 'stall');
        const targets = [farEnd.target(at, proxy.port)];
        const other = noise(size, 98);
        const run = await upload([await fileOf('disk', other)], { targets, stall_timeout: '3s' });
        expect(failureOf(run)).toBeUndefined();
        expect(proxy.done()).toBe(true);
        expect(sha256((await farEnd.read(`${at}disk`))!)).toBe(sha256(other));
      }, 120_000);

      if (http)
        test.each(['503 Service Unavailable', '429 Too Many Requests'])(
          'a server that answers %s is asked again, and given up in the end',
          async (status) => {
            const at = place();
            const proxy = await throughProxy();
            const path = await fileOf('disk', noise(100_000));
            proxy.answer(2, status);
            const targets = [farEnd.target(at, proxy.port)];
            const run = await upload([path], { targets });
            expect(failureOf(run)).toBeUndefined();
            expect(proxy.done()).toBe(true);
            expect((await farEnd.read(`${at}disk`))?.length).toBe(100_000);
            proxy.answer(Infinity, status);
            const hopeless = await upload([path], { targets, retry_for: '2s' });
            expect(failureOf(hopeless)).toMatch(/^UPLOAD_INTERRUPTED: .*(503|429)/);
          },
          120_000,
        );

      test('what a cancelled upload has begun is removed', async () => {
        const at = place();
        const proxy = await throughProxy();
        proxy.breakAfter(Math.floor(size / 2), 'stall');
        const cancel = new AbortController();
        const running = upload(
          [await fileOf('disk', large)],
          { targets: [farEnd.target(at, proxy.port)], stall_timeout: '60s' },
          cancel.signal,
        );
        if (!invisible) await expect.poll(() => farEnd.halves(), { timeout: 30_000 }).not.toEqual([]);
        await expect.poll(() => proxy.done(), { timeout: 30_000 }).toBe(true);
        cancel.abort();
        const run = await running;
        expect(run.outcome).toBe('cancelled');
        expect(await farEnd.names(at)).toEqual([]);
        expect(run.leftBehind).toEqual([]);
        if (!unreachable) expect(await farEnd.halves()).toEqual([]);
      }, 120_000);
    }

    if (!forgetful)
      test('keep_last keeps so many, and removes nothing that Kiln has not put there', async () => {
        const at = place();
        const path = await fileOf('disk', Buffer.from('an image'));
        const other = await fileOf('other', Buffer.from('of another series'));
        const { url, ...options } = farEnd.target(at);
        await farEnd.put(`${at}disk-0`, 'by hand');
        await upload([other], { targets: [{ ...options, url: `${url}other-1`, keep_last: 1 }] });
        // The time of a run is when it started, and has to differ.
        const target = { ...options, url: `${url}{{.Name}}-{{isotime \`150405.000000000\`}}`, keep_last: 2 };
        const made: string[] = [];
        for (const round of [1, 2, 3, 4]) {
          await writeFile(path, `image ${round}`);
          await utimes(path, round, round);
          const run = await upload([path], { targets: [target] });
          expect(failureOf(run)).toBeUndefined();
          made.push(run.artifacts.at(-1)!.remotes![0]!.url.split('/').at(-1)!);
          if (round === 2) await farEnd.put(`${at}${made[0]!}`, 'changed by hand');
        }
        expect(await farEnd.names(at)).toEqual(['disk-0', 'other-1', ...[made[0]!, ...made.slice(2)]].sort());
        expect((await farEnd.read(`${at}${made[0]!}`))?.toString()).toBe('changed by hand');
      }, 60_000);
  });
}
