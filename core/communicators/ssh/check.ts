import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { CheckContext } from '../../contract/component.ts';
import type { CommunicatorOptions } from '../options.gen.ts';
import { expandHome } from './login/key-file.ts';
import { parsePublicKey } from './login/known-hosts.ts';
import { parseTunnel } from './tunnels/tunnel-spec.ts';

type Complaint = Omit<Diagnostic, 'severity'>;

function keyFile(
  config: CommunicatorOptions,
  option: keyof CommunicatorOptions,
  context: CheckContext,
): readonly Complaint[] {
  const path = config[option];
  if (typeof path !== 'string') return [];
  if (context.statPath(expandHome(path, context.environment('HOME'))) === 'file') return [];
  return [{ code: 'SSH_KEY_FILE_MISSING', message: `no file ${JSON.stringify(path)}`, pointer: `/${option}` }];
}

/** What may stand before a key in its file is short. */
const MOST_READ = 65_536;

/** The beginning of the file that the option names; undefined: there is none, or it cannot be read. */
function startOf(path: string | undefined, context: CheckContext): string | undefined {
  if (path === undefined) return undefined;
  const start = context.readStart(expandHome(path, context.environment('HOME')), MOST_READ);
  return start === undefined ? undefined : Buffer.from(start).toString('latin1');
}

/** Key files that are none: what they are is known by a line that every form of a private key has, in PEM or PuTTY's. */
function noKeys(config: CommunicatorOptions, context: CheckContext): readonly Complaint[] {
  // To choose a key of the agent, its public half is enough.
  const options = [
    ...(config.ssh_agent_auth ? [] : (['ssh_private_key_file'] as const)),
    ...(config.ssh_bastion_agent_auth ? [] : (['ssh_bastion_private_key_file'] as const)),
  ];
  return options.flatMap((option) => {
    const path = config[option];
    const text = startOf(path, context);
    if (text === undefined) return [];
    if (/PRIVATE KEY-----|^PuTTY-User-Key-File-/.test(text)) return [];
    const isPublic = /^(ssh-|ecdsa-|sk-)\S+ AAAA/.test(text);
    return [
      {
        code: 'SSH_KEY_MALFORMED',
        message: `${JSON.stringify(path)} is ${isPublic ? 'a public key, and a private one is needed' : 'no private key'}`,
        pointer: `/${option}`,
        ...(isPublic ? { hint: 'the private key is usually beside it, without .pub' } : {}),
      },
    ];
  });
}

function noCertificates(config: CommunicatorOptions, context: CheckContext): readonly Complaint[] {
  return (['ssh_certificate_file', 'ssh_bastion_certificate_file'] as const).flatMap((option) => {
    const text = startOf(config[option], context);
    if (text === undefined || /-cert-v\d\d@openssh\.com\s/.test(text)) return [];
    return [
      {
        code: 'SSH_CERTIFICATE_MALFORMED',
        message: `${JSON.stringify(config[option])} is no SSH certificate`,
        pointer: `/${option}`,
        hint: 'ssh-keygen -s makes one of a public key, and names it with -cert.pub',
      },
    ];
  });
}

function agent(config: CommunicatorOptions, context: CheckContext): readonly Complaint[] {
  const asking = (
    [
      ['ssh_agent_auth', config.ssh_agent_auth],
      ['ssh_bastion_agent_auth', config.ssh_bastion_agent_auth],
    ] as const
  ).filter(([, wanted]) => wanted);
  if ((context.environment('SSH_AUTH_SOCK') ?? '') !== '') return [];
  return asking.map(([option]) => ({
    code: 'SSH_AGENT_MISSING',
    message: `${option} asks for an SSH agent and SSH_AUTH_SOCK is not set`,
    pointer: `/${option}`,
    hint: 'start one with: eval "$(ssh-agent)" && ssh-add',
  }));
}

function bastion(config: CommunicatorOptions): readonly Complaint[] {
  if (config.ssh_bastion_host === undefined) return [];
  const both: readonly Complaint[] =
    config.ssh_proxy_host === undefined
      ? []
      : [
          {
            code: 'SSH_BASTION_AND_PROXY',
            message: 'ssh_bastion_host and ssh_proxy_host cannot be combined',
            pointer: '/ssh_proxy_host',
          },
        ];
  const login =
    config.ssh_bastion_agent_auth ||
    config.ssh_bastion_interactive ||
    // What the user's configuration says is not known here.
    config.ssh_config_file !== undefined ||
    [config.ssh_bastion_password, config.ssh_bastion_private_key_file, config.ssh_private_key_file].some(
      (value) => value !== undefined,
    );
  if (login) return both;
  return [
    ...both,
    {
      code: 'SSH_BASTION_LOGIN_MISSING',
      message: 'the jump host needs a way to log in',
      pointer: '/ssh_bastion_host',
      hint: 'set ssh_bastion_private_key_file, ssh_bastion_password or ssh_bastion_agent_auth',
    },
  ];
}

const OPENSSH_ONLY = [
  'ssh_certificate_file',
  'ssh_bastion_certificate_file',
  'ssh_config_file',
  'ssh_bastion_interactive',
] as const;

function backend(config: CommunicatorOptions): readonly Complaint[] {
  if (config.ssh_backend !== 'ssh2') return [];
  return OPENSSH_ONLY.filter((option) => config[option] !== undefined && config[option] !== false).map((option) => ({
    code: 'SSH_BACKEND_UNFIT',
    message: `the SSH backend ssh2 has no ${option}`,
    pointer: `/${option}`,
    hint: 'leave ssh_backend out, or set it to "openssh"',
  }));
}

function certificateKey(config: CommunicatorOptions): readonly Complaint[] {
  const wanted = config.ssh_certificate_file !== undefined;
  if (!wanted || config.ssh_agent_auth || config.ssh_private_key_file !== undefined) return [];
  return [
    {
      code: 'SSH_CERTIFICATE_KEY_MISSING',
      message: 'ssh_certificate_file needs the key that it was made for',
      pointer: '/ssh_certificate_file',
      hint: 'set ssh_private_key_file, or ssh_agent_auth',
    },
  ];
}

function hostKeys(config: CommunicatorOptions): readonly Complaint[] {
  return (config.ssh_host_key ?? []).flatMap((line, index) =>
    parsePublicKey(line) === undefined
      ? [
          {
            code: 'SSH_HOST_KEY_MALFORMED',
            message: `${JSON.stringify(line)} is no public key as in a .pub file`,
            pointer: `/ssh_host_key/${index}`,
          },
        ]
      : [],
  );
}

function tunnels(
  config: CommunicatorOptions,
  option: 'ssh_local_tunnels' | 'ssh_remote_tunnels',
): readonly Complaint[] {
  const form =
    option === 'ssh_local_tunnels' ? 'LOCAL_PORT:REMOTE_HOST:REMOTE_PORT' : 'REMOTE_PORT:LOCAL_HOST:LOCAL_PORT';
  return (config[option] ?? []).flatMap((spec, index) =>
    parseTunnel(spec) === undefined
      ? [
          {
            code: 'SSH_TUNNEL_MALFORMED',
            message: `tunnel ${JSON.stringify(spec)} is not in the form ${form}`,
            pointer: `/${option}/${index}`,
          },
        ]
      : [],
  );
}

function keyBits(config: CommunicatorOptions): readonly Complaint[] {
  const bits = config.temporary_key_pair_bits;
  const allowed =
    bits === undefined ||
    config.temporary_key_pair_type === 'ed25519' ||
    (config.temporary_key_pair_type === 'rsa' ? bits >= 1024 && bits <= 16384 : [256, 384, 521].includes(bits));
  if (allowed) return [];
  const sizes = config.temporary_key_pair_type === 'rsa' ? '1024 to 16384' : '256, 384 or 521';
  return [
    {
      code: 'SSH_KEY_BITS',
      message: `a temporary key of type ${config.temporary_key_pair_type} has ${sizes} bits, not ${bits}`,
      pointer: '/temporary_key_pair_bits',
    },
  ];
}

/** What the schema cannot say about SSH's options. */
export function checkSsh(config: CommunicatorOptions, context: CheckContext): readonly Complaint[] {
  const username: readonly Complaint[] =
    config.ssh_username === undefined
      ? [
          {
            code: 'SSH_USERNAME_REQUIRED',
            message: 'ssh_username is required',
            pointer: '',
            hint: 'name the user to log in as, or set "communicator": "none"',
          },
        ]
      : [];
  return [
    ...username,
    ...keyFile(config, 'ssh_private_key_file', context),
    ...keyFile(config, 'ssh_bastion_private_key_file', context),
    ...keyFile(config, 'ssh_certificate_file', context),
    ...keyFile(config, 'ssh_bastion_certificate_file', context),
    ...keyFile(config, 'ssh_config_file', context),
    ...keyFile(config, 'ssh_known_hosts_file', context),
    ...noKeys(config, context),
    ...noCertificates(config, context),
    ...backend(config),
    ...certificateKey(config),
    ...hostKeys(config),
    ...agent(config, context),
    ...bastion(config),
    ...tunnels(config, 'ssh_local_tunnels'),
    ...tunnels(config, 'ssh_remote_tunnels'),
    ...keyBits(config),
  ];
}
