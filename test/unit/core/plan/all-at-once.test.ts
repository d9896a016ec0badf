import { describe, expect, it } from 'vitest';
import { planTemplate } from '../../../support/kiln/plan-template.ts';

const web = { type: 'file', name: 'web', target: '/tmp/kiln-no-such/w', content: 'x' };
const echo = { type: 'shell-local', inline: ['true'] };

async function complaints(template: object): Promise<readonly string[]> {
  const { diagnostics } = await planTemplate(template);
  return diagnostics.map(({ code, pointer }) => `${code} ${pointer}`);
}

describe('all complaints come at once', () => {
  it.each([
    [{ pause_before: '5 minutes' }, 'OPTION_DURATION', 'pause_before'],
    [{ timeout: 'soon' }, 'OPTION_DURATION', 'timeout'],
    [{ max_retries: [] }, 'TEMPLATE_WRONG_TYPE', 'max_retries'],
    [{ override: 5 }, 'TEMPLATE_WRONG_TYPE', 'override'],
    [{ config: 'x' }, 'TEMPLATE_WRONG_TYPE', 'config'],
  ])('of a provisioner with a faulty key: %j', async (fault, code, key) => {
    const provisioners = [{ type: 'shell-local', only: ['nul'], inlne: ['true'], ...fault }];
    expect(await complaints({ builders: [web], provisioners })).toEqual(
      expect.arrayContaining([
        'TEMPLATE_UNKNOWN_BUILDER_NAME /provisioners/0/only/0',
        'OPTION_UNKNOWN /provisioners/0/inlne',
        `${code} /provisioners/0/${key}`,
      ]),
    );
  });

  it('of components that no build has', async () => {
    const template = {
      builders: [web],
      provisioners: [
        { type: 'shell-local', only: ['nul'], inline: ['{{ foo }}'], max_retries: 'many' },
        { type: 'shel', only: ['wbe'] },
      ],
      'post-processors': [[{ type: 'compress', output: '{{ bar }}', only: ['wbe'], keep_input_artifact: 'no' }]],
    };
    expect(await complaints(template)).toEqual([
      'TEMPLATE_UNKNOWN_BUILDER_NAME /provisioners/0/only/0',
      'INTERPOLATION_FAILED /provisioners/0/inline/0',
      'RETRIES_NOT_NUMBER /provisioners/0/max_retries',
      'COMPONENT_UNKNOWN /provisioners/1/type',
      'TEMPLATE_UNKNOWN_BUILDER_NAME /provisioners/1/only/0',
      'INTERPOLATION_FAILED /post-processors/0/0/output',
      'TEMPLATE_UNKNOWN_BUILDER_NAME /post-processors/0/0/only/0',
      'TEMPLATE_WRONG_TYPE /post-processors/0/0/keep_input_artifact',
    ]);
  });

  it('of an "override" for a builder that is not there', async () => {
    const provisioners = [{ ...echo, override: { wbe: { inlne: ['x'] } } }];
    expect(await complaints({ builders: [web], provisioners })).toEqual([
      'TEMPLATE_UNKNOWN_BUILDER_NAME /provisioners/0/override/wbe',
      'OPTION_UNKNOWN /provisioners/0/override/wbe/inlne',
    ]);
  });

  it('of what goes with a builder that cannot be used', async () => {
    const template = {
      builders: [{ name: 'web' }],
      provisioners: [
        { ...echo, only: ['web'], inlne: ['x'] },
        { ...echo, except: ['wbe'] },
      ],
      'error-cleanup-provisioner': { ...echo, inlne: ['x'] },
      'post-processors': [{ type: 'manifest', outpt: 'x' }],
    };
    expect(await complaints(template)).toEqual([
      'TEMPLATE_TYPE_MISSING /builders/0',
      'OPTION_UNKNOWN /provisioners/0/inlne',
      'TEMPLATE_UNKNOWN_BUILDER_NAME /provisioners/1/except/0',
      'OPTION_UNKNOWN /error-cleanup-provisioner/inlne',
      'OPTION_UNKNOWN /post-processors/0/outpt',
    ]);
  });

  it('of a builder with a faulty key of the template', async () => {
    const builders = [
      { ...web, config: 'x', trget: 'y' },
      { ...web, name: ['x'], contnt: 'z' },
    ];
    expect(await complaints({ builders, provisioners: [{ ...echo, only: ['wbe'], inlne: [] }] })).toEqual([
      'TEMPLATE_WRONG_TYPE /builders/0/config',
      'OPTION_UNKNOWN /builders/0/trget',
      'TEMPLATE_WRONG_TYPE /builders/1/name',
      'OPTION_UNKNOWN /builders/1/contnt',
      'OPTION_UNKNOWN /provisioners/0/inlne',
    ]);
  });
});

describe('nothing is called unknown because it leads', () => {
  it('to a builder whose name cannot be read', async () => {
    const template = {
      builders: [5, { ...web, from: 'base' }],
      provisioners: [{ ...echo, only: ['base'] }],
    };
    expect(await complaints(template)).toEqual(['TEMPLATE_WRONG_TYPE /builders/0']);
    expect(await complaints({ builders: { web } })).toEqual(['TEMPLATE_WRONG_TYPE /builders']);
    expect(await complaints([])).toEqual(['TEMPLATE_NOT_OBJECT ']);
  });

  it('to a builder without a type, which flags may name', async () => {
    const template = { builders: [{ name: 'base' }, { ...web, from: 'base' }] };
    const { diagnostics } = await planTemplate(template, { options: { only: ['base'] } });
    expect(diagnostics.map(({ code }) => code)).toEqual(['TEMPLATE_TYPE_MISSING']);
  });
});

describe('a component that its "except" keeps off all builds', () => {
  it('is not looked at, as in Packer', async () => {
    const provisioners = [{ ...echo, except: ['web'], inline: ['{{ foo }}'] }];
    expect(await complaints({ builders: [web], provisioners })).toEqual([]);
  });
});
