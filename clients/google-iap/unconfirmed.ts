/** Bytes that were sent, and that the relay has not said it has had. */
export interface Unconfirmed {
  readonly bytes: number;
  readonly pieces: readonly Buffer[];
  add(piece: Buffer): void;
  /** The relay has had so many bytes since the beginning. False when that cannot be. */
  confirm(received: number): boolean;
}

export function unconfirmed(): Unconfirmed {
  let pieces: Buffer[] = [];
  let bytes = 0;
  let confirmed = 0;
  return {
    get bytes() {
      return bytes;
    },
    get pieces() {
      return pieces;
    },
    add: (piece) => {
      pieces.push(piece);
      bytes += piece.length;
    },
    confirm: (received) => {
      let news = received - confirmed;
      if (news < 0 || news > bytes) return false;
      confirmed = received;
      bytes -= news;
      let whole = 0;
      for (const piece of pieces) {
        if (piece.length > news) break;
        news -= piece.length;
        whole += 1;
      }
      pieces = pieces.slice(whole);
      const [first] = pieces;
      if (news > 0 && first !== undefined) pieces[0] = first.subarray(news);
      return true;
    },
  };
}
