import { expressions } from './corpus.ts';
import type { Random } from './random.ts';

const words = ['a', 'name', 'url', 'Name', 'HTTPIP', 'b c', '', '%d', '2006-01-02', 'é', '/', '%Y', '-'] as const;
const functions = [
  ...['user', 'env', 'build', 'upper', 'lower', 'replace', 'replace_all', 'split', 'isotime', 'strftime', 'timestamp'],
  ...['uuid', 'pwd', 'template_dir', 'packer_version', 'build_name', 'build_type', 'clean_resource_name', 'sed'],
  ...['print', 'printf', 'println', 'len', 'index', 'slice', 'and', 'or', 'not', 'eq', 'ne', 'lt', 'ge', 'html', 'js'],
  ...['urlquery', 'call', 'nothing', 'clean_ami_name'],
] as const;

function literal(random: Random): string {
  const word = random.pick(words);
  switch (random.below(8)) {
    case 0:
      return String(random.below(20) - 5);
    case 1:
      return random.pick(['1.5', '0x1F', "'x'", '1e3', 'true', 'nil', '1_000', '9223372036854775808', '2i']);
    case 2:
      return JSON.stringify(word);
    case 3:
      return random.pick(['.', '.Name', '$', '$x', '.A.B', '.HTTPIP']);
    default:
      return `\`${word}\``;
  }
}

function pipeline(random: Random, depth: number): string {
  const call = (): string => {
    const count = random.below(4);
    const operands = Array.from({ length: count }, () =>
      depth > 0 && random.chance(0.2) ? `(${pipeline(random, depth - 1)})` : literal(random),
    );
    return [random.chance(0.85) ? random.pick(functions) : literal(random), ...operands].join(' ');
  };
  return Array.from({ length: random.chance(0.7) ? 1 : random.below(3) + 1 }, call).join(' | ');
}

function action(random: Random, depth: number): string {
  const [open, close] = [random.pick(['{{', '{{ ', '{{- ']), random.pick(['}}', ' }}', ' -}}'])];
  const whole = (text: string): string => `${open}${text}${close}`;
  if (depth === 0 || random.chance(0.6)) return whole(pipeline(random, depth));
  const body = expression(random, depth - 1);
  const condition = pipeline(random, depth - 1);
  switch (random.below(7)) {
    case 0:
      return `${whole(`if ${condition}`)}${body}{{else}}${expression(random, depth - 1)}{{end}}`;
    case 1:
      return `${whole(`with ${condition}`)}${body}{{end}}`;
    case 2:
      return `${whole(`range ${random.chance(0.5) ? random.below(50) : condition}`)}${body}{{end}}`;
    case 3:
      return `{{define "t"}}${body}{{end}}{{template "t"${random.chance(0.5) ? ' .' : ''}}}`;
    case 4:
      return `{{block "u" ${condition}}}${body}{{end}}`;
    case 5:
      return `${whole(`$x := ${condition}`)}${body}{{$x}}`;
    default:
      return `{{/* ${random.pick(words)} */}}${body}`;
  }
}

/** A text with `{{ }}`, mostly well formed, often meaningless. */
export function expression(random: Random, depth = 2): string {
  if (random.chance(0.15)) return random.pick(expressions) ?? '';
  return Array.from({ length: random.below(3) + 1 }, () =>
    random.chance(0.3) ? random.pick(words) : action(random, depth),
  ).join('');
}
