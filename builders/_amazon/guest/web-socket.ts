/** Resolves when it is open; rejects when it does not open, with a message about `what`. */
export function opened(socket: WebSocket, what: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve());
    socket.addEventListener('close', ({ code, reason }) =>
      reject(new Error(`${what} closed with ${code} ${reason}`.trim())),
    );
    socket.addEventListener('error', () => reject(new Error(`${what} cannot be reached`)));
  });
}
