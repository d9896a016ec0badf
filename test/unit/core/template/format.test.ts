import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../../core/template/apply-edits.ts';
import { formatTemplate } from '../../../../core/template/format/format-template.ts';

describe('edits of a text', () => {
  it('are made in any order, insertions at one place in theirs', () => {
    const edits = [
      { offset: 4, length: 2, content: 'XY' },
      { offset: 0, length: 1, content: '' },
      { offset: 2, length: 0, content: '1' },
      { offset: 2, length: 0, content: '2' },
    ];
    expect(applyEdits('abcdefg', edits)).toBe('b12cdXYg');
  });
});

describe('formatting', () => {
  it('of a megabyte on one line takes about as long as reading it', () => {
    const template = JSON.stringify({
      builders: Array.from({ length: 20_000 }, (_, index) => ({ name: `b${index}`, type: 't' })),
    });
    const formatted = formatTemplate('t.json', template);
    expect(formatted.split('\n').length).toBeGreaterThan(60_000);
    expect(JSON.parse(formatted)).toEqual(JSON.parse(template));
  });
});
