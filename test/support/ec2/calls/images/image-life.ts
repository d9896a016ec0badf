import type {
  DescribeFastLaunchImagesRequest,
  DescribeFastLaunchImagesResult,
  DisableFastLaunchRequest,
  DisableFastLaunchResult,
  DisableImageDeprecationRequest,
  DisableImageDeprecationResult,
  DisableImageDeregistrationProtectionRequest,
  DisableImageDeregistrationProtectionResult,
  EnableFastLaunchRequest,
  EnableFastLaunchResult,
  EnableImageDeprecationRequest,
  EnableImageDeprecationResult,
  EnableImageDeregistrationProtectionRequest,
  EnableImageDeregistrationProtectionResult,
} from '@aws-sdk/client-ec2';
import { handle, refuseDryRun, type Handlers } from '../../call.ts';
import { page } from '../../rules/filters.ts';
import { AwsProblem } from '../../problem.ts';
import { templateData } from '../../rules/template-input.ts';
import { ownImage } from './images.ts';

const DAY = 86_400_000;

export const imageLifeCalls: Handlers = {
  EnableImageDeprecation: handle<EnableImageDeprecationRequest, EnableImageDeprecationResult>((input, call) => {
    const entry = ownImage(call, input.ImageId);
    const now = call.world.clock.now();
    const at = input.DeprecateAt.getTime();
    if (at < now) throw new AwsProblem('InvalidParameterValue', `DeprecateAt must be in the future`);
    if (at > now + 3653 * DAY && !entry.view.Public) {
      throw new AwsProblem('InvalidParameterValue', 'DeprecateAt must be within 10 years');
    }
    refuseDryRun(input);
    // Seconds are rounded to the nearest minute.
    entry.view.DeprecationTime = new Date(Math.round(at / 60_000) * 60_000).toISOString();
    return { Return: true };
  }),

  DisableImageDeprecation: handle<DisableImageDeprecationRequest, DisableImageDeprecationResult>((input, call) => {
    const entry = ownImage(call, input.ImageId);
    refuseDryRun(input);
    delete entry.view.DeprecationTime;
    return { Return: true };
  }),

  EnableImageDeregistrationProtection: handle<
    EnableImageDeregistrationProtectionRequest,
    EnableImageDeregistrationProtectionResult
  >((input, call) => {
    const entry = ownImage(call, input.ImageId);
    refuseDryRun(input);
    entry.deregistrationProtection = input.WithCooldown === true ? 'enabled-with-cooldown' : 'enabled-without-cooldown';
    return { Return: 'true' };
  }),

  DisableImageDeregistrationProtection: handle<
    DisableImageDeregistrationProtectionRequest,
    DisableImageDeregistrationProtectionResult
  >((input, call) => {
    const entry = ownImage(call, input.ImageId);
    refuseDryRun(input);
    if (entry.deregistrationProtection === 'enabled-with-cooldown') {
      entry.deregistrationProtection = 'disable-in-progress';
      call.world.clock.after(DAY, () => (entry.deregistrationProtection = 'disabled'));
    } else {
      entry.deregistrationProtection = 'disabled';
    }
    return { Return: 'true' };
  }),

  EnableFastLaunch: handle<EnableFastLaunchRequest, EnableFastLaunchResult>((input, call) => {
    const entry = ownImage(call, input.ImageId);
    if (entry.view.Platform !== 'Windows') {
      throw new AwsProblem('InvalidParameter', `Fast launch is for Windows images; ${input.ImageId} is not one.`);
    }
    if (input.MaxParallelLaunches !== undefined && input.MaxParallelLaunches < 6) {
      throw new AwsProblem('InvalidParameterValue', 'MaxParallelLaunches must be 6 or greater.');
    }
    const template = input.LaunchTemplate;
    if (template !== undefined) templateData(call, template);
    refuseDryRun(input);
    const view: EnableFastLaunchResult = {
      ImageId: input.ImageId,
      ResourceType: 'snapshot',
      SnapshotConfiguration: { TargetResourceCount: input.SnapshotConfiguration?.TargetResourceCount ?? 5 },
      MaxParallelLaunches: input.MaxParallelLaunches ?? 6,
      OwnerId: call.caller.account,
      State: 'enabling',
      StateTransitionReason: 'Client.UserInitiated',
      StateTransitionTime: call.world.clock.date(),
      ...(template === undefined ? {} : { LaunchTemplate: { ...template, Version: template.Version } }),
    };
    call.region.fastLaunch.set(input.ImageId, view);
    if (!call.outcome.stuck) {
      call.world.clock.after(call.world.durations.image, () => {
        view.State = call.outcome.fails === undefined ? 'enabled' : 'enabling-failed';
        if (call.outcome.fails !== undefined) view.StateTransitionReason = call.outcome.fails.message;
      });
    }
    return { ...view };
  }),

  DisableFastLaunch: handle<DisableFastLaunchRequest, DisableFastLaunchResult>((input, call) => {
    const view = call.region.fastLaunch.get(input.ImageId);
    if (view === undefined) throw new AwsProblem('InvalidParameter', `${input.ImageId} has no fast launch`);
    refuseDryRun(input);
    call.region.fastLaunch.delete(input.ImageId);
    return { ...view, State: 'disabling' };
  }),

  DescribeFastLaunchImages: handle<DescribeFastLaunchImagesRequest, DescribeFastLaunchImagesResult>((input, call) => {
    refuseDryRun(input);
    const views = [...call.region.fastLaunch.values()].filter(
      (view) => input.ImageIds?.includes(view.ImageId ?? '') ?? true,
    );
    const { items, ...next } = page(views, input);
    return { FastLaunchImages: items.map((view) => ({ ...view })), ...next };
  }),
};
