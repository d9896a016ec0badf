import { commandGroup } from './command-group.ts';
import type { Command } from '../../command.ts';

/** `kiln plugins …`. */
export const plugins: Command = commandGroup({
  usage: 'plugins COMMAND',
  description:
    'Plugins bring builders, provisioners and post-processors that do not come with Kiln. Which ones a template uses is pinned in the lock file kiln-plugins.lock.json beside it.',
  commands: {
    install: {
      summary: 'install plugins and pin them in the lock file',
      load: async () => (await import('./install.ts')).install,
    },
    remove: {
      summary: 'take plugins out of the lock file',
      load: async () => (await import('./remove.ts')).remove,
    },
    new: {
      summary: 'begin a plugin that works, in a new folder',
      load: async () => (await import('./new.ts')).newPlugin,
    },
    types: {
      summary: 'write the types of the options of a plugin in TypeScript',
      load: async () => (await import('./types.ts')).types,
    },
    check: {
      summary: "play Kiln's side for a plugin that is an executable, and say what is wrong with it",
      load: async () => (await import('./check.ts')).check,
    },
    list: {
      summary: 'list the installed plugins and what they bring',
      load: async () => (await import('./list.ts')).list,
    },
    doctor: {
      summary: 'check the installed plugins',
      load: async () => (await import('./doctor.ts')).doctor,
    },
  },
});
