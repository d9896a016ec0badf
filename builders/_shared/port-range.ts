/** Ports that may lead to the guest; `last` itself only when it is the same as `first`. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Every port of the range once, from a random one on, so that builds side by side seldom try the same. */
export function portsInTurn(range: PortRange, random: () => number = Math.random): readonly number[] {
  const count = Math.max(1, range.last - range.first);
  const start = Math.floor(random() * count);
  return Array.from({ length: count }, (_, index) => range.first + ((start + index) % count));
}
