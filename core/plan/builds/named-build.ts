import type { TemplateBuilder } from '../../template/template.ts';

/** A builder whose own texts (its name, `from`) are filled in. */
export interface NamedBuild {
  readonly builder: TemplateBuilder;
  readonly name: string;
  /** "qemu.web", or the bare type of a builder without a name of its own. */
  readonly displayName: string;
  readonly from: readonly NamedSource[];
}

export interface NamedSource {
  readonly name: string;
  readonly pointer: string;
}
