// Made from a schema by `npm run generate`; do not edit.

/** How Kiln reaches the guest. */
export interface CommunicatorOptions {
  /**
   * How to reach the guest. With none, provisioners that need the guest fail.
   */
  readonly communicator: 'ssh' | 'winrm' | 'none';
  /**
   * Name or address of the guest, where the builder does not know better.
   */
  readonly ssh_host?: string;
  /**
   * Port of the guest's SSH server.
   */
  readonly ssh_port: number;
  /**
   * User to log in as. Required with the ssh communicator.
   */
  readonly ssh_username?: string;
  /**
   * Password of the user; also answers keyboard-interactive questions.
   */
  readonly ssh_password?: string;
  /**
   * Private key (OpenSSH or PEM) to log in with; a leading ~ is the home directory.
   */
  readonly ssh_private_key_file?: string;
  /**
   * Opens ssh_private_key_file, and ssh_bastion_private_key_file, when they are encrypted. Packer has no such option.
   */
  readonly ssh_private_key_passphrase?: string;
  /**
   * User certificate that a certificate authority made for ssh_private_key_file, or for a key of the agent.
   */
  readonly ssh_certificate_file?: string;
  /**
   * What speaks SSH: ssh2 is built in; openssh is the program ssh of this machine (8.5 or newer), which also does certificates, security keys (sk-…; touched when it asks; not tested with hardware, and PINs are not asked for), ssh_config_file and ssh_bastion_interactive. Without it: openssh when one of these is used, otherwise ssh2.
   */
  readonly ssh_backend?: 'ssh2' | 'openssh';
  /**
   * OpenSSH configuration that is read for what the template does not say: ssh_host may be one of its hosts, with ProxyJump and the rest. ssh_port 22 leaves the port to it.
   */
  readonly ssh_config_file?: string;
  /**
   * Host keys of the guest, as in its /etc/ssh/ssh_host_*_key.pub; any other ends the build. Without this and ssh_known_hosts_file, the key of the first login is taken, and no other for the rest of the build.
   *
   * @minItems 1
   */
  readonly ssh_host_key?: readonly string[];
  /**
   * File of known hosts, as OpenSSH's, which guest and jump host must be in. For the guest, ssh_host_key wins over it.
   */
  readonly ssh_known_hosts_file?: string;
  /**
   * Logs in with the keys of the agent at SSH_AUTH_SOCK.
   */
  readonly ssh_agent_auth: boolean;
  /**
   * Set to false to let commands in the guest use the agent at SSH_AUTH_SOCK, if there is one. Unlike in Packer, the agent is not forwarded unless this is said.
   */
  readonly ssh_disable_agent_forwarding?: boolean;
  /**
   * How long to wait until the guest lets Kiln in. Without it: 5m, or a day when ssh_handshake_attempts is given. (milliseconds)
   */
  readonly ssh_timeout?: number;
  /**
   * Older name of ssh_timeout; wins over it. (milliseconds)
   */
  readonly ssh_wait_timeout?: number;
  /**
   * Give up after this many refused logins or failed handshakes. Without it: 10, or no limit when ssh_timeout is given. The pauses between them grow from half a second to ten seconds.
   */
  readonly ssh_handshake_attempts?: number;
  /**
   * Gives commands a terminal, for guests whose sudo demands one.
   */
  readonly ssh_pty: boolean;
  /**
   * How often the guest is asked for a sign of life; after three unanswered ones the connection counts as lost. Less than zero switches it off. (milliseconds)
   */
  readonly ssh_keep_alive_interval: number;
  /**
   * The connection counts as lost when nothing was received for so long; zero switches it off. With keepalives on, a live guest is never silent for longer than their interval. (milliseconds)
   */
  readonly ssh_read_write_timeout: number;
  /**
   * Ciphers to offer, instead of the modern ones, best first.
   *
   * @minItems 1
   */
  readonly ssh_ciphers?: readonly (
    | 'aes128-gcm@openssh.com'
    | 'aes256-gcm@openssh.com'
    | 'aes128-ctr'
    | 'aes192-ctr'
    | 'aes256-ctr'
    | 'chacha20-poly1305@openssh.com'
    | 'aes256-cbc'
    | 'aes192-cbc'
    | 'aes128-cbc'
    | '3des-cbc'
  )[];
  /**
   * Key exchange algorithms to offer, instead of the modern ones, best first.
   *
   * @minItems 1
   */
  readonly ssh_key_exchange_algorithms?: readonly (
    | 'curve25519-sha256'
    | 'curve25519-sha256@libssh.org'
    | 'ecdh-sha2-nistp256'
    | 'ecdh-sha2-nistp384'
    | 'ecdh-sha2-nistp521'
    | 'diffie-hellman-group-exchange-sha256'
    | 'diffie-hellman-group14-sha256'
    | 'diffie-hellman-group15-sha512'
    | 'diffie-hellman-group16-sha512'
    | 'diffie-hellman-group17-sha512'
    | 'diffie-hellman-group18-sha512'
    | 'diffie-hellman-group-exchange-sha1'
    | 'diffie-hellman-group14-sha1'
    | 'diffie-hellman-group1-sha1'
  )[];
  /**
   * scp sends files through a command in the guest, which needs neither the scp program nor the SFTP subsystem; sftp uses the subsystem. Each falls back to the other when the guest does not offer it. Trees are sent as one tar stream either way.
   */
  readonly ssh_file_transfer_method: 'scp' | 'sftp';
  /**
   * At the end of the build, removes the temporary key from the guest's authorized_keys files.
   */
  readonly ssh_clear_authorized_keys: boolean;
  /**
   * With the Amazon builders: Key pair in EC2 to start the instance with, instead of a temporary one. Needs ssh_private_key_file or ssh_agent_auth.
   */
  readonly ssh_keypair_name?: string;
  /**
   * Name of the temporary key, which is also its comment in authorized_keys. Without it: packer_ and a UUID.
   */
  readonly temporary_key_pair_name?: string;
  /**
   * Type of the temporary key. Packer's default is rsa; ed25519 takes no time to make.
   */
  readonly temporary_key_pair_type: 'ed25519' | 'ecdsa' | 'rsa';
  /**
   * Size of the temporary key: 1024 or more for rsa (without it 4096), 256, 384 or 521 for ecdsa (without it 521). Not used for ed25519.
   */
  readonly temporary_key_pair_bits?: number;
  /**
   * Jump host through which the guest is reached.
   */
  readonly ssh_bastion_host?: string;
  /**
   * Port of the jump host's SSH server.
   */
  readonly ssh_bastion_port: number;
  /**
   * User on the jump host. Without it: ssh_username.
   */
  readonly ssh_bastion_username?: string;
  /**
   * Password on the jump host.
   */
  readonly ssh_bastion_password?: string;
  /**
   * Private key for the jump host. Without it: ssh_private_key_file, unless a password is given.
   */
  readonly ssh_bastion_private_key_file?: string;
  /**
   * User certificate for the jump host. Without it: ssh_certificate_file, when the key is the same.
   */
  readonly ssh_bastion_certificate_file?: string;
  /**
   * Has you answer the jump host's questions at the terminal.
   */
  readonly ssh_bastion_interactive: boolean;
  /**
   * Logs in to the jump host with the keys of the agent at SSH_AUTH_SOCK.
   */
  readonly ssh_bastion_agent_auth: boolean;
  /**
   * SOCKS5 proxy through which the guest is reached. Not together with ssh_bastion_host.
   */
  readonly ssh_proxy_host?: string;
  /**
   * Port of the SOCKS5 proxy.
   */
  readonly ssh_proxy_port: number;
  /**
   * User at the SOCKS5 proxy, if it asks.
   */
  readonly ssh_proxy_username?: string;
  /**
   * Password at the SOCKS5 proxy.
   */
  readonly ssh_proxy_password?: string;
  /**
   * Ports on this machine (127.0.0.1) that lead into the guest's network, as LOCAL_PORT:REMOTE_HOST:REMOTE_PORT, for as long as the build is connected.
   */
  readonly ssh_local_tunnels?: readonly string[];
  /**
   * Ports in the guest that lead to this machine's network, as REMOTE_PORT:LOCAL_HOST:LOCAL_PORT.
   */
  readonly ssh_remote_tunnels?: readonly string[];
  /**
   * Name or address of the guest with the winrm communicator, where the builder does not know better.
   */
  readonly winrm_host?: string;
  /**
   * Port of the guest's WinRM. Without it: 5985, or 5986 with winrm_use_ssl.
   */
  readonly winrm_port?: number;
  /**
   * Administrator to log in as; DOMAIN\user for one of a domain. Required with the winrm communicator.
   */
  readonly winrm_username?: string;
  /**
   * Password of winrm_username.
   */
  readonly winrm_password?: string;
  /**
   * Reaches the guest without the proxies that HTTP_PROXY and HTTPS_PROXY name. This machine itself is always reached without them.
   */
  readonly winrm_no_proxy: boolean;
  /**
   * How long to wait until the guest lets Kiln in and its PowerShell answers. (milliseconds)
   */
  readonly winrm_timeout: number;
  /**
   * Uses HTTPS.
   */
  readonly winrm_use_ssl: boolean;
  /**
   * Takes any certificate with winrm_use_ssl, as those that Windows makes for itself.
   */
  readonly winrm_insecure: boolean;
  /**
   * Logs in by NTLM instead of Basic. Without HTTPS all messages are then encrypted, so that the guest need not allow unencrypted ones.
   */
  readonly winrm_use_ntlm: boolean;
  /**
   * Once the guest has let Kiln in, disconnect, wait so long, and connect again; for guests that reboot while they set themselves up. (milliseconds)
   */
  readonly pause_before_connecting: number;
}
