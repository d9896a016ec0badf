import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { importZones } from './core/dev/import-zones.js';

const sdkFolders = ['builders', 'provisioners', 'post-processors', 'data-sources', 'lookups'];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.kiln/**', 'output/**', 'output-*/**', '**/*.gen.ts'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'core/dev/*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createTypeScriptImportResolver({ alwaysTryTypes: false })],
    },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'no-console': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones: importZones }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true, allowRethrowing: true }],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['core/process/**', 'core/dev/**', 'test/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'node:child_process', message: 'Spawn through core/process.' }] },
      ],
    },
  },
  {
    files: sdkFolders.map((folder) => `${folder}/**/*.ts`),
    ignores: ['**/driver.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: 'node:child_process', message: 'Spawn through the SDK.' }],
          patterns: [
            {
              group: ['@aws-sdk/*', '@google-cloud/*', 'googleapis*', 'google-auth-library'],
              message: 'A cloud SDK belongs in driver.ts.',
            },
            { group: ['ssh2'], message: 'SSH belongs to core/communicators.' },
          ],
        },
      ],
    },
  },
  { files: ['core/cli/**', 'core/ui/**', 'core/dev/**', 'test/**'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**'],
    rules: { 'max-lines': ['error', { max: 500 }], '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['**/*.js'], ...tseslint.configs.disableTypeChecked },
);
