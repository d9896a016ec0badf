import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult,
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplatesResult,
} from '@aws-sdk/client-ec2';
import { handle, onceFor, refuseDryRun, type Handlers } from '../call.ts';
import { applyFilters, page } from '../rules/filters.ts';
import { AwsProblem } from '../problem.ts';
import { tagsFor } from '../rules/tags.ts';
import { findTemplate } from '../rules/template-input.ts';

export const launchTemplateCalls: Handlers = {
  CreateLaunchTemplate: handle<CreateLaunchTemplateRequest, CreateLaunchTemplateResult>((input, call) => {
    const { world, region } = call;
    const tags = tagsFor(input.TagSpecifications, ['launch-template'])('launch-template');
    if (!/^[A-Za-z0-9().\-/_]{3,125}$/.test(input.LaunchTemplateName)) {
      throw new AwsProblem(
        'InvalidLaunchTemplateName.MalformedException',
        'The name of the launch template is not valid.',
      );
    }
    // Its tags are checked when they are put on something; an empty list is refused at once.
    tagsFor(input.LaunchTemplateData.TagSpecifications, [
      'instance',
      'volume',
      'network-interface',
      'spot-instances-request',
    ]);
    refuseDryRun(input);
    const entry = onceFor(call, input.ClientToken, input, () => {
      if (region.launchTemplates.all().some(({ view }) => view.LaunchTemplateName === input.LaunchTemplateName)) {
        throw new AwsProblem(
          'InvalidLaunchTemplateName.AlreadyExistsException',
          'Launch template name already in use.',
        );
      }
      const id = world.newId('lt');
      return region.launchTemplates.add(id, {
        view: {
          LaunchTemplateId: id,
          LaunchTemplateName: input.LaunchTemplateName,
          CreateTime: world.clock.date(),
          CreatedBy: call.caller.arn,
          DefaultVersionNumber: 1,
          LatestVersionNumber: 1,
          Tags: tags,
        },
        versions: [{ number: 1, data: input.LaunchTemplateData, description: input.VersionDescription ?? '' }],
      });
    });
    return { LaunchTemplate: { ...entry.view } };
  }),

  CreateLaunchTemplateVersion: handle<CreateLaunchTemplateVersionRequest, CreateLaunchTemplateVersionResult>(
    (input, call) => {
      const entry = findTemplate(call, input.LaunchTemplateId, input.LaunchTemplateName);
      refuseDryRun(input);
      const number = entry.versions.length + 1;
      entry.versions.push({ number, data: input.LaunchTemplateData, description: input.VersionDescription ?? '' });
      entry.view.LatestVersionNumber = number;
      const { LaunchTemplateId, LaunchTemplateName } = entry.view;
      return {
        LaunchTemplateVersion: { LaunchTemplateId, LaunchTemplateName, VersionNumber: number, DefaultVersion: false },
      };
    },
  ),

  DescribeLaunchTemplates: handle<DescribeLaunchTemplatesRequest, DescribeLaunchTemplatesResult>((input, call) => {
    refuseDryRun(input);
    const named = input.LaunchTemplateNames?.map((name) => findTemplate(call, undefined, name));
    const entries =
      input.LaunchTemplateIds?.map((id) => findTemplate(call, id, undefined)) ??
      named ??
      call.region.launchTemplates.listed();
    const views = applyFilters(
      entries.map((entry) => entry.view),
      input.Filters,
      { 'launch-template-name': (view) => view.LaunchTemplateName },
    );
    const { items, ...next } = page(views, input);
    return { LaunchTemplates: items, ...next };
  }),

  DeleteLaunchTemplate: handle<DeleteLaunchTemplateRequest, DeleteLaunchTemplateResult>((input, call) => {
    const entry = findTemplate(call, input.LaunchTemplateId, input.LaunchTemplateName);
    refuseDryRun(input);
    call.region.launchTemplates.remove(entry.view.LaunchTemplateId);
    return { LaunchTemplate: { ...entry.view } };
  }),
};
