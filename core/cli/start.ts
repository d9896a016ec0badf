/** dist/cli.cjs: runs the bundle. */
import { bundleScript } from './bundle-script.ts';

declare const BUNDLE_NAME: string;

bundleScript(import.meta.dirname, BUNDLE_NAME).run(require);
