declare module 'ssh2/lib/protocol/SFTP.js' {
  import type { SFTPWrapper } from 'ssh2';

  /** What of the library's connection the protocol uses. */
  interface Carrier {
    readonly _protocol: {
      channelData(channel: number, bytes: Uint8Array): void;
      channelClose(channel: number): void;
    };
  }

  interface ChannelInfo {
    readonly type: 'sftp';
    readonly incoming: { id: number; state: string };
    readonly outgoing: { id: number; state: string; window: number; packetSize: number };
  }

  interface Sftp extends SFTPWrapper {
    push(bytes: Uint8Array | null): void;
    _init(): void;
  }

  const library: { readonly SFTP: new (carrier: Carrier, channel: ChannelInfo) => Sftp };
  export default library;
}
