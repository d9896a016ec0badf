import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
  Tag,
} from '@aws-sdk/client-ec2';
import { handle, refuseDryRun, type Handlers } from '../call.ts';
import { applyFilters, page } from '../rules/filters.ts';
import { AwsProblem } from '../problem.ts';
import type { Region } from '../region.ts';
import type { Shelf } from '../../cloud/shelf.ts';
import { checkTags, putTags } from '../rules/tags.ts';

interface Tagged {
  readonly kind: string;
  readonly id: string;
  readonly tags: Tag[];
}

function from<T extends { readonly view: { readonly Tags: Tag[] } }>(
  kind: string,
  shelf: Shelf<T>,
  idOf: (entry: T) => string,
): readonly Tagged[] {
  return shelf.all().map((entry) => ({ kind, id: idOf(entry), tags: entry.view.Tags }));
}

/** Everything in the region that has tags. */
export function taggedThings(region: Region): readonly Tagged[] {
  return [
    ...from('image', region.images, (entry) => entry.view.ImageId),
    ...from('snapshot', region.snapshots, (entry) => entry.view.SnapshotId),
    ...from('volume', region.volumes, (entry) => entry.view.VolumeId),
    ...from('instance', region.instances, (entry) => entry.view.InstanceId),
    ...from('key-pair', region.keyPairs, (entry) => entry.view.KeyPairId),
    ...from('security-group', region.securityGroups, (entry) => entry.view.GroupId),
    ...from('subnet', region.subnets, (entry) => entry.view.SubnetId),
    ...from('vpc', region.vpcs, (entry) => entry.view.VpcId),
    ...from('launch-template', region.launchTemplates, (entry) => entry.view.LaunchTemplateId),
    ...from('spot-instances-request', region.spotRequests, (entry) => entry.view.SpotInstanceRequestId),
    ...from('fleet', region.fleets, (entry) => entry.view.FleetId),
  ];
}

/** Reads through the shelf, so that a new resource is missed as often as by other reads. */
function find(region: Region, id: string): Tag[] {
  if (id.startsWith('ami-')) return region.images.get(id).view.Tags;
  if (id.startsWith('snap-')) return region.snapshots.get(id).view.Tags;
  if (id.startsWith('vol-')) return region.volumes.get(id).view.Tags;
  if (id.startsWith('i-')) return region.instances.get(id).view.Tags;
  if (id.startsWith('sg-')) return region.securityGroups.get(id).view.Tags;
  if (id.startsWith('lt-')) return region.launchTemplates.get(id).view.Tags;
  if (id.startsWith('sir-')) return region.spotRequests.get(id).view.Tags;
  const found = taggedThings(region).find((each) => each.id === id);
  if (found === undefined) throw new AwsProblem('InvalidID', `The ID '${id}' is not valid`);
  return found.tags;
}

export const tagCalls: Handlers = {
  CreateTags: handle<CreateTagsRequest, object>((input, call) => {
    checkTags(input.Tags);
    if (input.Tags.length === 0) throw new AwsProblem('MissingParameter', 'The request must contain the parameter Tag');
    const lists = input.Resources.map((id) => find(call.region, id));
    refuseDryRun(input);
    for (const list of lists) putTags(list, input.Tags);
    return {};
  }),

  DeleteTags: handle<DeleteTagsRequest, object>((input, call) => {
    const lists = input.Resources.map((id) => find(call.region, id));
    refuseDryRun(input);
    for (const list of lists) {
      const stay = list.filter((tag) => {
        const asked = input.Tags;
        if (asked === undefined) return false;
        return !asked.some((other) => other.Key === tag.Key && (other.Value ?? tag.Value) === tag.Value);
      });
      list.splice(0, list.length, ...stay);
    }
    return {};
  }),

  DescribeTags: handle<DescribeTagsRequest, DescribeTagsResult>((input, call) => {
    refuseDryRun(input);
    const all = taggedThings(call.region).flatMap(({ kind, id, tags }) =>
      tags.map((tag) => ({
        ResourceId: id,
        ResourceType: kind as 'image',
        Key: tag.Key ?? '',
        Value: tag.Value ?? '',
        Tags: [tag],
      })),
    );
    const shown = applyFilters(all, input.Filters, {
      key: (view) => view.Key,
      value: (view) => view.Value,
      'resource-id': (view) => view.ResourceId,
      'resource-type': (view) => view.ResourceType,
    });
    const { items, ...next } = page(shown, input);
    return { Tags: items.map(({ Tags: _, ...view }) => view), ...next };
  }),
};
