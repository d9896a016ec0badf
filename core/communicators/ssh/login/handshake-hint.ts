/** What the two sides have nothing in common of, as either backend writes it, and what to do about it. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /no matching key exchange/,
    'the server knows other key exchanges than those that are safe today: name one of its own in ' +
      'ssh_key_exchange_algorithms, for example ["diffie-hellman-group14-sha1"]',
  ],
  [
    /no matching (?:cipher|[CS]->[CS] cipher)/,
    'the server knows other ciphers than those that are safe today: name one of its own in ssh_ciphers, for example ' +
      '["aes128-cbc"]',
  ],
  [
    /no matching host key/,
    'the server has host keys of old types only: with ssh_key_exchange_algorithms given, keys of type ssh-rsa are taken',
  ],
  [
    /no matching (?:MAC|[CS]->[CS] MAC)/,
    'name what the server knows as "MACs" in a file that ssh_config_file gives to OpenSSH',
  ],
];

/** What helps against a handshake that failed for the reason in `message`. */
export function handshakeHint(message: string): string {
  const remedy = REMEDIES.find(([pattern]) => pattern.test(message));
  return remedy?.[1] ?? 'ssh_ciphers and ssh_key_exchange_algorithms are for servers that are very old or very strict';
}
