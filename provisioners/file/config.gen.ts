// Made from a schema by `npm run generate`; do not edit.

/** Copies files and directories into the guest, or out of it. */
export interface FileProvisionerConfig {
  /**
   * File or directory to copy: on this machine for an upload, in the guest for a download. Of a directory named with a slash at its end the contents are copied, without it the directory itself.
   */
  readonly source?: string;
  /**
   * Several of them, copied one after the other.
   */
  readonly sources?: readonly string[];
  /**
   * Text to write to destination instead of copying something. The file has mode 0600 in the guest.
   */
  readonly content?: string;
  /**
   * Where to copy to. Ending in a slash it is a directory, and what is copied keeps its name. For a file its directory has to exist.
   */
  readonly destination: string;
  /**
   * upload copies into the guest, download out of it.
   */
  readonly direction: 'upload' | 'download';
  /**
   * The source is made while the build runs (by a shell-local provisioner, say), so it need not be there when the template is checked.
   */
  readonly generated: boolean;
  /**
   * Permission bits of what is uploaded, in octal. In a tree they are those of its files; its directories get the same, and may be entered by whoever may read them. Without it, files keep the mode they have on this machine.
   */
  readonly mode?: string;
  /**
   * User and group that what is uploaded is given to, by name or number: "user", "user:group" or ":group". Without it, it belongs to whoever puts it in place.
   */
  readonly owner?: string;
  /**
   * Puts what is uploaded in place as another user, by sudo. A password that sudo asks for is the one that Kiln logged in with.
   */
  readonly become: boolean;
  /**
   * Compares the SHA-256 of every file on both sides once it is copied, by sha256sum in the guest. Not for Windows guests.
   */
  readonly verify: boolean;
  /**
   * User to become. Without it root.
   */
  readonly become_user?: string;
}
