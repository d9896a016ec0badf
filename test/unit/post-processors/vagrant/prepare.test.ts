import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../plugins/sdk/index.ts';
import { postProcessor } from '../../../../post-processors/vagrant/index.ts';
import type { VagrantPostProcessorConfig } from '../../../../post-processors/vagrant/config.gen.ts';
import { componentConfig, prepareContext } from '../../../support/component-config.ts';

function complaints(options: JsonObject): readonly string[] {
  const config = componentConfig<VagrantPostProcessorConfig>('post-processors/vagrant', options);
  const context = prepareContext({ statPath: (path) => (path === 'there' ? 'file' : undefined) });
  return postProcessor.prepare(config, context).map(({ pointer }) => pointer);
}

test.each<[string, JsonObject, readonly string[]]>([
  ['nothing', {}, []],
  ['a template that is there', { vagrantfile_template: 'there' }, []],
  ['a template that is not there', { vagrantfile_template: 'no' }, ['/vagrantfile_template']],
  ['a template that the build makes', { vagrantfile_template: 'no', vagrantfile_template_generated: true }, []],
  [
    'a template of the provider that is not there',
    { override: { libvirt: { vagrantfile_template: 'no' }, qemu: { vagrantfile_template: 'neither' } } },
    ['/override/libvirt/vagrantfile_template'],
  ],
  ['names twice, and names of the box', { include: ['a/x', 'b/x', 'box.img', 'y'] }, ['/include/1', '/include/2']],
  ['a catalogue without name and version', { catalogue: 'c' }, ['/catalogue', '/catalogue']],
  ['a name without a catalogue', { box_name: 'a/b' }, ['/box_name']],
])('%s', (_, options, expected) => {
  expect(complaints(options)).toEqual(expected);
});
