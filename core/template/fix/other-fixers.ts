import { isList, isObject } from '../../json/guards.ts';
import { rename, renameUnlessSet, typeOf, type Draft, type Fixer } from './fixer.ts';

export const vagrantOverride: Fixer = {
  name: 'pp-vagrant-override',
  summary: 'vagrant: options under a provider move into override',
  postProcessor: (postProcessor) => {
    if (typeOf(postProcessor) !== 'vagrant') return;
    const providers = ['aws', 'digitalocean', 'virtualbox', 'vmware'].filter((name) => postProcessor.has(name));
    if (providers.length === 0) return;
    const before = postProcessor.get('override');
    const override: Draft = new Map(isObject(before) ? Object.entries(before) : []);
    for (const name of providers) {
      override.set(name, postProcessor.get(name) ?? null);
      postProcessor.delete(name);
    }
    postProcessor.set('override', Object.fromEntries(override));
  },
};

export const virtualboxRename: Fixer = {
  name: 'virtualbox-rename',
  summary: 'the builder virtualbox becomes virtualbox-iso, in overrides too',
  builder: (builder) => {
    if (typeOf(builder) === 'virtualbox') builder.set('type', 'virtualbox-iso');
  },
  provisioner: (provisioner) => {
    const override = provisioner.get('override');
    if (!isObject(override)) return;
    const draft: Draft = new Map(Object.entries(override));
    rename(draft, 'virtualbox', 'virtualbox-iso');
    provisioner.set('override', Object.fromEntries(draft));
  },
};

export const vmwareRename: Fixer = {
  name: 'vmware-rename',
  summary: 'the builder vmware becomes vmware-iso',
  builder: (builder) => {
    if (typeOf(builder) === 'vmware') builder.set('type', 'vmware-iso');
  },
};

export const manifestFilename: Fixer = {
  name: 'manifest-filename',
  summary: 'manifest: filename becomes output',
  postProcessor: (postProcessor) => {
    if (typeOf(postProcessor) === 'manifest' && typeof postProcessor.get('filename') === 'string') {
      rename(postProcessor, 'filename', 'output');
    }
  },
};

function dropEmail(draft: Draft): void {
  const email = draft.get('login_email');
  if (typeof email === 'string' && email !== '') draft.delete('login_email');
}

export const dockerEmail: Fixer = {
  name: 'docker-email',
  summary: 'docker: login_email goes',
  builder: (builder) => {
    if (typeOf(builder).startsWith('docker')) dropEmail(builder);
  },
  postProcessor: (postProcessor) => {
    if (typeOf(postProcessor).startsWith('docker')) dropEmail(postProcessor);
  },
};

export const dockerTags: Fixer = {
  name: 'docker-tag-tags',
  summary: 'docker-tag: tag becomes the list tags',
  postProcessor: (postProcessor) => {
    if (typeOf(postProcessor) !== 'docker-tag') return;
    const texts = ['tag', 'tags'].flatMap((key): readonly unknown[] => {
      const value = postProcessor.get(key);
      if (typeof value === 'string') return value.split(',').map((tag) => tag.trim());
      return isList(value) ? value : [];
    });
    postProcessor.delete('tag');
    postProcessor.set('tags', [...new Set(texts.filter((text) => typeof text === 'string'))]);
  },
};

function unescaped(text: string): string {
  return text.replaceAll(/`([$"'`])/g, '$1');
}

export const powershellEscapes: Fixer = {
  name: 'powershell-escapes',
  summary: 'powershell: escapes in environment_vars, elevated_user and elevated_password go',
  provisioner: (provisioner) => {
    if (typeOf(provisioner) !== 'powershell') return;
    for (const key of ['elevated_user', 'elevated_password']) {
      const text = provisioner.get(key);
      if (typeof text === 'string') provisioner.set(key, unescaped(text));
    }
    const variables = provisioner.get('environment_vars');
    if (!isList(variables)) return;
    provisioner.set(
      'environment_vars',
      variables.map((variable) => (typeof variable === 'string' ? unescaped(variable) : variable)),
    );
  },
};

export const galaxyCommand: Fixer = {
  name: 'galaxy-command',
  summary: 'ansible-local: galaxycommand becomes galaxy_command',
  provisioner: (provisioner) => {
    if (typeOf(provisioner) === 'ansible-local' && typeof provisioner.get('galaxycommand') === 'string') {
      renameUnlessSet(provisioner, 'galaxycommand', 'galaxy_command');
    }
  },
};
