import type { Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { AwsProblem } from '../problem.ts';

/** @throws AwsProblem for a key or value EC2 does not take */
export function checkTags(tags: readonly Tag[]): void {
  const keys = new Set<string>();
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (key === '') throw new AwsProblem('InvalidParameterValue', 'Tag keys must not be empty');
    if (key.length > 127) {
      throw new AwsProblem('InvalidParameterValue', `Tag key exceeds the maximum length of 127 characters: ${key}`);
    }
    if (value.length > 256) {
      throw new AwsProblem('InvalidParameterValue', `Tag value exceeds the maximum length of 256 characters: ${value}`);
    }
    if (key.toLowerCase().startsWith('aws:')) {
      throw new AwsProblem('InvalidParameterValue', 'Tag keys starting with aws: are reserved for internal use');
    }
    if (keys.has(key)) throw new AwsProblem('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    keys.add(key);
  }
  if (tags.length > 50) throw new AwsProblem('TagLimitExceeded', 'The maximum number of tags is 50.');
}

/**
 * The tags that a request asks for, for each kind of resource that its call makes.
 * @throws AwsProblem for another kind, an empty list or bad tags
 */
export function tagsFor(
  specifications: readonly TagSpecification[] | undefined,
  kinds: readonly string[],
): (kind: string) => Tag[] {
  const found = new Map<string, Tag[]>();
  for (const { ResourceType: kind = '', Tags: tags = [] } of specifications ?? []) {
    if (!kinds.includes(kind)) {
      throw new AwsProblem(
        'InvalidParameterValue',
        `'${kind}' is not a valid taggable resource type for this operation.`,
      );
    }
    if (found.has(kind)) {
      throw new AwsProblem('InvalidParameterValue', `Duplicate resource type '${kind}' in tag specifications.`);
    }
    if (tags.length === 0)
      throw new AwsProblem('InvalidParameterValue', 'Tag specification must have at least one tag.');
    checkTags(tags);
    found.set(kind, tags);
  }
  return (kind) => (found.get(kind) ?? []).map((tag) => ({ Key: tag.Key ?? '', Value: tag.Value ?? '' }));
}

/** Puts tags on a resource's list, in place. */
export function putTags(list: Tag[], tags: readonly Tag[]): void {
  for (const tag of tags) {
    const at = list.findIndex((each) => each.Key === tag.Key);
    const put = { Key: tag.Key ?? '', Value: tag.Value ?? '' };
    if (at < 0) list.push(put);
    else list[at] = put;
  }
  if (list.length > 50) throw new AwsProblem('TagLimitExceeded', 'The maximum number of tags is 50.');
}
