/** What a plugin says of the type of an option. `any`: it does not say, or what it says is none of the others. */
export type OptionType =
  | { readonly kind: 'string' | 'number' | 'boolean' | 'any' }
  | { readonly kind: 'list' | 'map'; readonly element: OptionType }
  | { readonly kind: 'object'; readonly options: PluginSpec };

export interface PluginOption {
  readonly type: OptionType;
  readonly required: boolean;
}

/** The options of a component, by name: what Packer calls its ConfigSpec. */
export type PluginSpec = ReadonlyMap<string, PluginOption>;
