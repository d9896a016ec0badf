import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CommandError, StepError, TemplateError } from '../../../../core/errors/errors.ts';
import { describeFailure } from '../../../../core/events/failure.ts';

const locate = (pointer: string): string | undefined => (pointer === '/builders/0' ? 'a.json:3:5' : undefined);

describe('a failure', () => {
  it('of a command has its status and its last output', () => {
    const error = new CommandError('it ended with 2', { code: 'PROGRAM_FAILED', exitStatus: 2, outputTail: 'oops' });
    expect(describeFailure(error, locate, '/builders/0')).toEqual({
      code: 'PROGRAM_FAILED',
      message: 'it ended with 2',
      exitStatus: 2,
      outputTail: 'oops',
      pointer: '/builders/0',
      location: 'a.json:3:5',
    });
  });

  it('belongs where its component found that it does, and not to a place of that name in the template', () => {
    const error = new StepError('x', { code: 'X', pointer: '/disk_size' });
    expect(describeFailure(error, locate, '/builders/0/disk_size')).toEqual({
      code: 'X',
      message: 'x',
      pointer: '/builders/0/disk_size',
    });
  });

  it('of a template names what is wrong with it', () => {
    const error = new TemplateError([
      { severity: 'warning', code: 'W', message: 'old', pointer: '/w' },
      { severity: 'error', code: 'E1', message: 'too long', pointer: '/a', hint: 'shorten it' },
      { severity: 'error', code: 'E2', message: 'too short', pointer: '/b' },
    ]);
    expect(describeFailure(error, locate)).toEqual({
      code: 'E1',
      message: 'too long; too short',
      hint: 'shorten it',
      pointer: '/a',
    });
  });

  it('of the operating system is no bug', async () => {
    const error: unknown = await readFile('/does/not/exist').catch((caught: unknown) => caught);
    const report = describeFailure(error, locate);
    expect(report).toMatchObject({ code: 'SYSTEM_ENOENT' });
    expect(report.stack).toBeUndefined();
  });

  it('that is anything else is a bug, also when it is no error at all', () => {
    expect(describeFailure(new RangeError('bad'), locate)).toMatchObject({ code: 'BUG' });
    expect(describeFailure('thrown text', locate)).toMatchObject({
      code: 'BUG',
      message: 'this is a bug in Kiln or in a plugin: thrown text',
    });
  });
});
