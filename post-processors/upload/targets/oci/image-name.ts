import { refused } from '../../../_transfer/failure.ts';

/** Where an artifact is in a registry. */
export interface ImageName {
  readonly repository: string;
  readonly tag: string;
}

const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** "/images/web:1.0" in two; what a tag cannot have is a dash in it. Throws UPLOAD_REFUSED for what no registry takes. */
export function imageName(name: string): ImageName {
  const [, repository = '', tag = ''] = /^\/((?:[^/]*\/)*[^/:]*):?(.*)$/s.exec(name) ?? [];
  if (!REPOSITORY.test(repository)) {
    const hint = 'it has lower-case letters, digits, and single dots, dashes and underscores between them';
    throw refused(`${JSON.stringify(repository)} is no name of a repository`, hint).at('/url');
  }
  const written = tag
    .replace(/[^\w.-]/g, '-')
    .replace(/^[.-]/, '_')
    .slice(0, 128);
  return { repository, tag: written || 'latest' };
}
