"""Runs a program at a terminal of its own, and relays what it writes as it comes: pty-relay.py COLUMNS ROWS PROGRAM
ARGUMENT... Lines of standard input are orders: "resize COLUMNS ROWS", "type TEXT" (with Enter), "keys HEX", "signal NAME"
to the program, "send NAME" to the group that has the terminal. Exits as the program does (128 + signal)."""
import fcntl, os, pty, select, signal, struct, sys, termios

columns, rows = int(sys.argv[1]), int(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])


def order(line):
    verb, _, rest = line.partition(' ')
    if verb == 'resize':
        width, height = map(int, rest.split())
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', height, width, 0, 0))
    elif verb == 'type':
        os.write(terminal, (rest + '\n').encode())
    elif verb == 'keys':
        os.write(terminal, bytes.fromhex(rest))
    elif verb == 'signal':
        os.kill(pid, getattr(signal, rest))
    elif verb == 'send':
        os.killpg(os.tcgetpgrp(terminal), getattr(signal, rest))


orders, sources = b'', [terminal, 0]
while True:
    ready, _, _ = select.select(sources, [], [], 60)
    if 0 in ready:
        read = os.read(0, 65536)
        if not read:
            sources = [terminal]
        orders += read
        *whole, orders = orders.split(b'\n')
        for each in whole:
            order(each.decode())
    if terminal in ready:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        os.write(1, chunk)
_, status = os.waitpid(pid, 0)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
