import { expect, it } from 'vitest';
import { inspectMachineText, inspectTemplate, inspectText } from '../../../../core/template/inspect.ts';
import { parseTemplate } from '../../../../core/template/parse-template.ts';
import { templateSource } from '../../../../core/template/read-template.ts';

const lines = inspectTemplate(
  parseTemplate(
    templateSource(
      't.json',
      JSON.stringify({
        description: 'one, two',
        variables: { size: '1', required: null, pw: 'hush', same: 'hush' },
        'sensitive-variables': ['pw'],
        builders: [{ type: 'qemu', name: 'web' }, { type: 'null' }],
        provisioners: [{ type: 'shell' }, { type: 'no-such' }],
      }),
    ),
  ),
);

it('inspect tells people the variables, builders and provisioners, secrets hidden', () => {
  expect(inspectText(lines)).toBe(`Packer Inspect: JSON mode
Description:

one, two

Required variables:

  required

Optional variables and their defaults:

  pw       = <sensitive>
  same     = <sensitive>
  size     = 1

Builders:

  null
  web  (qemu)

Provisioners:

  shell
  no-such

Note: If your build names contain user variables or template
functions such as 'timestamp', these are processed at build time,
and therefore only show in their raw form here.
`);
});

it('inspect tells programs the same, a record a line', () => {
  const records = inspectMachineText(lines, 1_772_600_767_999).split('\n');
  expect(records[0]).toBe('1772600767,,ui,say,Packer Inspect: JSON mode');
  expect(records).toContain('1772600767,,ui,say,one%!(PACKER_COMMA) two\\n');
  expect(records).toContain('1772600767,,template-variable,required,,1');
  expect(records).toContain('1772600767,,template-variable,pw,<sensitive>,0');
  expect(records).toContain('1772600767,,template-builder,web,qemu');
  expect(records).toContain('1772600767,,template-provisioner,no-such');
});
