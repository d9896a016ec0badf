import type { CommandTable } from './command.ts';

/** All commands, each loaded only when it is called. */
export const commands: CommandTable = {
  build: {
    summary: 'bake the images of a template',
    load: async () => (await import('./commands/build.ts')).build,
  },
  validate: {
    summary: 'check a template, without making anything',
    load: async () => (await import('./commands/validate.ts')).validate,
  },
  inspect: {
    summary: 'show the variables, builders and provisioners of a template',
    load: async () => (await import('./commands/inspect.ts')).inspect,
  },
  fix: {
    summary: 'bring a template for an older Packer up to date',
    load: async () => (await import('./commands/fix.ts')).fix,
  },
  fmt: {
    summary: 'bring templates into one layout',
    load: async () => (await import('./commands/fmt.ts')).fmt,
  },
  console: {
    summary: 'try out the functions and variables of templates',
    load: async () => (await import('./commands/console.ts')).templateConsole,
  },
  docs: {
    summary: 'show the options of a builder, provisioner or post-processor',
    load: async () => (await import('./docs/docs.ts')).docs,
  },
  plugins: {
    summary: 'install, list and remove plugins',
    load: async () => (await import('./commands/plugins/index.ts')).plugins,
  },
  schema: {
    summary: 'write a JSON Schema of templates, for editors',
    load: async () => (await import('./commands/schema.ts')).schema,
  },
  doctor: {
    summary: 'show what this machine has and lacks for each component',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  runs: {
    summary: 'list the runs and what they hold',
    load: async () => (await import('./commands/runs.ts')).runs,
  },
  show: {
    summary: 'show how a run went',
    load: async () => (await import('./commands/show.ts')).show,
  },
  attach: {
    summary: 'watch and use the serial console of a running machine',
    load: async () => (await import('./commands/attach.ts')).attach,
  },
  resume: {
    summary: 'go on with a run that failed or was killed',
    load: async () => (await import('./commands/resume.ts')).resume,
  },
  gc: {
    summary: 'remove what runs that died have left behind',
    load: async () => (await import('./commands/gc.ts')).gc,
  },
  verify: {
    summary: 'check the signatures of files',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  version: {
    summary: 'show the version',
    load: async () => (await import('./commands/version.ts')).version,
  },
  help: {
    summary: 'explain a command',
    load: async () => (await import('./commands/help.ts')).helpOn(commands),
  },
};
