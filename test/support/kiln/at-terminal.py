"""Runs a program at a terminal of its own: at-terminal.py PROGRAM ARGUMENT... Lines of standard input are typed: each waits
until its text, the part before a tab, has appeared in what came since the last one, and then types the part behind it.
^C types the key, ^\\ waits only. Behind a ~ it is typed
after three seconds. AT_COLUMNS in the environment is how wide the terminal is. Prints all that appeared; exits as the program does (128 + signal)."""
import fcntl, os, pty, select, struct, sys, termios, time

script = [line.rstrip('\n').split('\t') for line in sys.stdin]
pid, terminal = pty.fork()
if pid == 0:
    columns = int(os.environ.pop('AT_COLUMNS', '0'))
    if columns > 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
seen, mark, deadline = '', 0, time.time() + 60
while True:
    if script and script[0][0] in seen[mark:]:
        awaited, typed = script.pop(0)
        mark = seen.index(awaited, mark) + len(awaited)
        if typed.startswith('~'):
            time.sleep(3)
            typed = typed[1:]
        keys = {'^C': '\x03', '^\\': ''}.get(typed, typed + '\n')
        os.write(terminal, keys.encode())
        continue
    ready, _, _ = select.select([terminal], [], [], 0.5)
    if time.time() > deadline:
        os.kill(pid, 9)
        sys.stdout.write('\n*** the terminal waited in vain for: %r\n' % (script[:1],))
        break
    if not ready:
        continue
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk.decode('utf-8', 'replace')
_, status = os.waitpid(pid, 0)
sys.stdout.write(seen)
sys.stdout.flush()
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
