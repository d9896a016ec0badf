import type { LaunchTemplateSpecification, RequestLaunchTemplateData, RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { Call } from '../call.ts';
import { AwsProblem } from '../problem.ts';
import type { LaunchTemplateEntry } from '../region.ts';

/** @throws AwsProblem when there is no such template */
export function findTemplate(call: Call, id: string | undefined, name: string | undefined): LaunchTemplateEntry {
  const { launchTemplates } = call.region;
  if ((id === undefined) === (name === undefined)) {
    throw new AwsProblem('MissingParameter', 'Either LaunchTemplateId or LaunchTemplateName must be given');
  }
  if (id !== undefined) return launchTemplates.get(id);
  const found = launchTemplates.all().find(({ view }) => view.LaunchTemplateName === name);
  if (found === undefined) {
    throw new AwsProblem(
      'InvalidLaunchTemplateName.NotFoundException',
      `The specified launch template, with template name ${name ?? ''}, does not exist.`,
    );
  }
  return launchTemplates.get(found.view.LaunchTemplateId);
}

/** @throws AwsProblem when the template or its version is not there */
export function templateData(call: Call, wanted: LaunchTemplateSpecification): RequestLaunchTemplateData {
  const template = findTemplate(call, wanted.LaunchTemplateId, wanted.LaunchTemplateName);
  const named = wanted.Version ?? '$Default';
  const number =
    named === '$Default'
      ? template.view.DefaultVersionNumber
      : named === '$Latest'
        ? template.view.LatestVersionNumber
        : Number(named);
  const version = template.versions.find((each) => each.number === number);
  if (version === undefined) {
    throw new AwsProblem(
      'InvalidLaunchTemplateId.VersionNotFound',
      `Could not find the specified version ${named} for the launch template with ID ${template.view.LaunchTemplateId}.`,
    );
  }
  return version.data;
}

/** A launch as its template fills it up: what the request says itself wins. */
export function fromTemplate(call: Call, input: RunInstancesRequest): RunInstancesRequest {
  if (input.LaunchTemplate === undefined) return input;
  const { LaunchTemplate, ...own } = input;
  const data = templateData(call, LaunchTemplate);
  const { RamDiskId, SecurityGroups, InstanceRequirements: _, ...rest } = data;
  const tags = [...(own.TagSpecifications ?? [])];
  for (const each of rest.TagSpecifications ?? []) {
    if (!tags.some((other) => other.ResourceType === each.ResourceType)) tags.push(each);
  }
  // The members of both have the same names and, but for a few that no image build uses, the same shapes.
  const filled = { ...rest, RamdiskId: RamDiskId, SecurityGroups, ...own } as RunInstancesRequest;
  return { ...filled, ...(tags.length === 0 ? {} : { TagSpecifications: tags }) };
}
