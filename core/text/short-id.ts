/** The first eight letters of a UUID: as people read and type it. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}
