import { describe, expect, it } from 'vitest';
import { checkpoints } from '../../../../core/define/checkpoints.ts';
import { readLocator } from '../../../../core/cloud/locator.ts';
import { adoptedOrKept, pendingOperations, type PendingRecord } from '../../../../core/cloud/pending-operations.ts';
import type { Acquired, ResourceKind } from '../../../../core/contract/resource.ts';
import type { JsonObject, JsonValue } from '../../../../core/contract/json.ts';
import { StepError } from '../../../../core/errors/errors.ts';
import { fakeProvider } from './fake-provider.ts';

interface State extends JsonObject {
  readonly stage: string;
}

function format(version: number): ReturnType<typeof checkpoints<State>> {
  const read = ({ stage }: JsonObject): State | undefined => (typeof stage === 'string' ? { stage } : undefined);
  return checkpoints<State>({ version, read });
}

describe('checkpoints', () => {
  it('are read as they were written', () => {
    const { read, write } = format(3);
    expect(read(JSON.parse(JSON.stringify(write({ stage: 'imaged' }))) as JsonValue)).toEqual({ stage: 'imaged' });
  });

  it.for([
    { record: { stage: 'imaged' }, message: 'an older version of Kiln' },
    { record: format(2).write({ stage: 'imaged' }), message: 'an older version of Kiln' },
    { record: format(4).write({ stage: 'imaged' }), message: 'a newer version of Kiln' },
    { record: { version: 3, step: 1 }, message: 'cannot be understood' },
    { record: 'text', message: 'cannot be understood' },
    { record: null, message: 'cannot be understood' },
    { record: [], message: 'cannot be understood' },
  ])('$record are lost: $message', ({ record, message }) => {
    const reading = (): State => format(3).read(record);
    expect(reading).toThrow(message);
    expect(reading).toThrow(expect.objectContaining({ code: 'RESUME_LOST', hint: 'build the template anew' }));
  });
});

function acquired(id: string): Acquired<string, undefined> {
  return { id, handle: undefined, keep: () => Promise.resolve(), release: () => Promise.resolve() };
}

describe('pending operations', () => {
  const { kind } = fakeProvider();

  it('are in a checkpoint before the provider is asked, with all that were noted before', async () => {
    const written: JsonValue[] = [];
    const build = {
      checkpoint: (state: JsonValue) => Promise.resolve(void written.push(state)),
      adoptByToken: () => undefined,
    };
    const before = { 'copy:north': { token: 'token-1', about: null } };
    const pending = pendingOperations(build, before, (noted) => ({ stage: 'provisioned', noted }));
    await pending.note('image', { token: 'token-2', about: ['disk-1'] });
    const noted = { ...before, image: { token: 'token-2', about: ['disk-1'] } };
    expect(written).toEqual([{ stage: 'provisioned', noted }]);
    expect(pending.parts('copy:')).toEqual(['copy:north']);
  });

  it('of an earlier process are taken over by their tokens, when their things are still the build’s', () => {
    const adoptByToken = (_kind: ResourceKind<never>, token: string): never =>
      (token === 'token-1' ? acquired('image-1') : undefined) as never;
    const before: PendingRecord = {
      image: { token: 'token-1', about: ['disk-1'] },
      'copy:north': { token: 'token-2', about: null },
    };
    const build = { checkpoint: () => Promise.resolve(), adoptByToken };
    const pending = pendingOperations(build, before, (noted) => noted);
    expect(pending.earlier(kind, 'image')).toMatchObject({ acquired: { id: 'image-1' }, about: ['disk-1'] });
    expect(pending.earlier(kind, 'copy:north')).toBeUndefined();
    expect(pending.earlier(kind, 'other')).toBeUndefined();
  });

  it('a thing that was kept already is one that nobody gives back', async () => {
    const kept = {
      adopt: () => {
        throw new StepError('gone', { code: 'RESUME_LOST' });
      },
    };
    const thing = adoptedOrKept(kind, 'image-1', kept);
    expect(thing.id).toBe('image-1');
    await thing.release();
    await thing.keep();
    const broken = {
      adopt: () => {
        throw new TypeError('a bug');
      },
    };
    expect(() => adoptedOrKept(kind, 'image-1', broken)).toThrow('a bug');
    const adopt = (): never => acquired('image-2') as never;
    expect(adoptedOrKept(kind, 'image-2', { adopt }).id).toBe('image-2');
  });
});

describe('a locator', () => {
  it('says what it holds, and nothing for what it does not', () => {
    const locator = readLocator({ zone: 'north', marks: ['a', 1], deep: { a: 1 } });
    expect([locator.text('zone'), locator.text('marks'), locator.text('none')]).toEqual(['north', '', '']);
    expect([locator.list('marks'), locator.list('zone'), locator.list('none')]).toEqual([['a', '1'], [], []]);
    expect([locator.value('deep'), locator.value('none')]).toEqual([{ a: 1 }, undefined]);
  });

  it.for([null, 'text', 3, ['zone']])('of %j is empty', (locator) => {
    expect([readLocator(locator).value('zone'), readLocator(locator).text('zone')]).toEqual([undefined, '']);
  });
});
