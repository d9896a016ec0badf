/** "qemu.web: disk", or the text alone when it is about the run and no build of it. */
export function ofBuild(build: string | undefined, text: string): string {
  return build === undefined ? text : `${build}: ${text}`;
}
