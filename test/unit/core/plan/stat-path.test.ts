import { describe, expect, it } from 'vitest';
import { statPathOnce } from '../../../../core/plan/stat-path.ts';
import { codes, planTemplate } from '../../../support/kiln/plan-template.ts';

describe('looking at a path', () => {
  it('tells files, directories and other things apart, and finds nothing where nothing can be', () => {
    const look = statPathOnce();
    const paths = ['package.json', 'test', '/dev/null', 'no-such-file', 'package.json/below', 'x'.repeat(5000), 'a\0b'];
    expect(paths.map(look)).toEqual(['file', 'directory', 'other', undefined, undefined, undefined, undefined]);
  });

  it('that is longer than a system takes is a complaint and no crash', async () => {
    const builders = [{ type: 'null', communicator: 'none' }];
    const provisioners = [{ type: 'shell', script: 'x'.repeat(5000) }];
    expect(codes((await planTemplate({ builders, provisioners })).diagnostics)).toEqual(['SCRIPT_NOT_FOUND']);
  });
});

describe('an option with a name of JavaScript’s own', () => {
  it('is unknown as any other', async () => {
    const text = '{"builders":[{"type":"null","communicator":"none","__proto__":{"a":1},"constructor":1}]}';
    expect(codes((await planTemplate(text)).diagnostics)).toEqual(['OPTION_UNKNOWN', 'OPTION_UNKNOWN']);
  });
});
