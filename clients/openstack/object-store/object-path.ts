import { path } from '../service/path.ts';

/** An object's path: a container's name has no slash, an object's may have any number. */
export function objectPath(container: string, name: string): string {
  const segments = name.split('/').map((segment) => path`${segment}`);
  return `${path`${container}`}/${segments.join('/')}`;
}
