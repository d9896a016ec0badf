import { errorAt, type Diagnostic } from '../../plugins/sdk/index.ts';
import type { ConvertPostProcessorConfig } from './config.gen.ts';
import { subformats } from './formats.ts';

const CODE = 'CONVERT_OPTION';

function refuse(pointer: string, message: string, hint?: string): Diagnostic {
  return errorAt(CODE, pointer, message, { hint });
}

/** Options that the format does not have. */
export function prepare(config: ConvertPostProcessorConfig): readonly Diagnostic[] {
  const { format, subformat, compression, cluster_size: cluster, format_options: more, ova_name: name } = config;
  const kinds = subformats[format] ?? [];
  const found: Diagnostic[] = [];
  if (subformat !== undefined && !kinds.includes(subformat)) {
    const has = kinds.length === 0 ? 'has no subformats' : `has the subformats ${kinds.join(', ')}`;
    found.push(refuse('/subformat', `${format} ${has}, not ${subformat}`));
  }
  if (compression !== undefined && format !== 'qcow2') {
    const hint =
      format === 'vmdk' ? 'set "subformat" to "streamOptimized"' : 'the post-processor compress packs any file';
    found.push(refuse('/compression', `only a qcow2 is compressed, not ${format}`, hint));
  }
  if (cluster !== undefined && format !== 'qcow2' && format !== 'qed') {
    found.push(refuse('/cluster_size', `${format} has no cluster_size`));
  }
  if (format === 'ova' && more !== undefined) {
    found.push(
      refuse('/format_options', 'an OVA has no options of a disk format: its disks are stream-optimised vmdk'),
    );
  }
  if (format !== 'ova' && name !== undefined) found.push(refuse('/ova_name', `${format} has no name of a machine`));
  return found;
}
