import type {
  CreateFleetError,
  CreateFleetRequest,
  CreateFleetResult,
  DeleteFleetsRequest,
  DeleteFleetsResult,
  DescribeFleetsRequest,
  DescribeFleetsResult,
  FleetLaunchTemplateConfigRequest,
  FleetLaunchTemplateOverridesRequest,
  RunInstancesRequest,
} from '@aws-sdk/client-ec2';
import { handle, onceFor, refuseDryRun, type Call, type Handlers } from '../call.ts';
import { applyFilters, page } from '../rules/filters.ts';
import { terminate } from '../rules/instance-life.ts';
import { AwsProblem } from '../problem.ts';
import type { InstanceEntry } from '../region.ts';
import { addSpotRequest, checkSpotPrice } from '../rules/spot-request.ts';
import { tagsFor } from '../rules/tags.ts';
import { fromTemplate } from '../rules/template-input.ts';
import { launchInstance, planLaunch } from './run-instances.ts';

interface Candidate {
  readonly input: RunInstancesRequest;
  readonly config: FleetLaunchTemplateConfigRequest;
  readonly override: FleetLaunchTemplateOverridesRequest;
}

function candidates(call: Call, input: CreateFleetRequest): readonly Candidate[] {
  return (input.LaunchTemplateConfigs ?? []).flatMap((config) => {
    const named = config.LaunchTemplateSpecification;
    if (named?.Version === undefined) {
      throw new AwsProblem('InvalidLaunchTemplate', 'A launch template and its version must be given');
    }
    const overrides = config.Overrides === undefined || config.Overrides.length === 0 ? [{}] : config.Overrides;
    return overrides.map((override: FleetLaunchTemplateOverridesRequest) => {
      const own: RunInstancesRequest = {
        MinCount: 1,
        MaxCount: 1,
        LaunchTemplate: named,
        ...(override.InstanceType === undefined ? {} : { InstanceType: override.InstanceType }),
        ...(override.ImageId === undefined ? {} : { ImageId: override.ImageId }),
        ...(override.SubnetId === undefined ? {} : { SubnetId: override.SubnetId }),
        ...(override.AvailabilityZone === undefined
          ? {}
          : { Placement: { AvailabilityZone: override.AvailabilityZone } }),
      };
      const filled = fromTemplate(call, own);
      // A subnet of the override takes the place of the one in the template's network interface.
      const [network] = filled.NetworkInterfaces ?? [];
      if (network === undefined || override.SubnetId === undefined) return { input: filled, config, override };
      const { SubnetId: _, ...rest } = filled;
      const moved = { ...rest, NetworkInterfaces: [{ ...network, SubnetId: override.SubnetId }] };
      return { input: moved, config, override };
    });
  });
}

function errorOf(candidate: Candidate, spot: boolean, code: string, message: string): CreateFleetError {
  return {
    LaunchTemplateAndOverrides: {
      LaunchTemplateSpecification: { ...candidate.config.LaunchTemplateSpecification },
      Overrides: {
        ...(candidate.override.InstanceType === undefined ? {} : { InstanceType: candidate.override.InstanceType }),
        ...(candidate.override.SubnetId === undefined ? {} : { SubnetId: candidate.override.SubnetId }),
        ...(candidate.override.AvailabilityZone === undefined
          ? {}
          : { AvailabilityZone: candidate.override.AvailabilityZone }),
      },
    },
    Lifecycle: spot ? 'spot' : 'on-demand',
    ErrorCode: code,
    ErrorMessage: message,
  };
}

/** One try: faults planned for RunInstances hit here too, so that a type can be without capacity. */
function tryOne(call: Call, candidate: Candidate, spot: boolean, most: string | undefined): InstanceEntry {
  const launch = planLaunch(call, candidate.input);
  const [fault] = call.world.faults.hit('RunInstances', call.region.name, candidate.input);
  if (fault?.error !== undefined) throw new AwsProblem(fault.error.code, fault.error.message ?? fault.error.code);
  if (spot) checkSpotPrice(call, candidate.override.MaxPrice ?? most);
  const request = spot
    ? addSpotRequest(call, launch.type, candidate.input, launch.tags('spot-instances-request'))
    : undefined;
  const entry = launchInstance(call, { ...launch, spotRequest: request?.id }, call.world.newId('r'), 0);
  request?.fulfil(entry.view.InstanceId);
  return entry;
}

function makeFleet(call: Call, input: CreateFleetRequest): CreateFleetResult {
  const { world, region } = call;
  const tags = tagsFor(input.TagSpecifications, ['fleet', 'instance', 'volume', 'spot-instances-request']);
  const capacity = input.TargetCapacitySpecification;
  const spot =
    (capacity?.DefaultTargetCapacityType ?? 'on-demand') === 'spot' || (capacity?.SpotTargetCapacity ?? 0) > 0;
  const id = world.newId('fleet');
  const errors: CreateFleetError[] = [];
  const made: CreateFleetResult['Instances'] = [];
  let left = capacity?.TotalTargetCapacity ?? 0;
  for (const candidate of candidates(call, input)) {
    if (left <= 0) break;
    try {
      const entry = tryOne(call, candidate, spot, input.SpotOptions?.MaxTotalPrice);
      for (const tag of tags('instance')) entry.view.Tags.push(tag);
      left -= 1;
      made.push({
        InstanceIds: [entry.view.InstanceId],
        InstanceType: entry.view.InstanceType,
        Lifecycle: spot ? 'spot' : 'on-demand',
        LaunchTemplateAndOverrides: {
          LaunchTemplateSpecification: { ...candidate.config.LaunchTemplateSpecification },
        },
      });
    } catch (error) {
      if (!(error instanceof AwsProblem)) throw error;
      errors.push(errorOf(candidate, spot, error.code, error.message));
    }
  }
  region.fleets.add(id, {
    view: {
      FleetId: id,
      FleetState: 'active',
      Type: 'instant',
      CreateTime: world.clock.date(),
      Tags: tags('fleet'),
      Instances: made.map((each) => ({ InstanceIds: each.InstanceIds, InstanceType: each.InstanceType })),
      Errors: errors.map((each) => ({ ErrorCode: each.ErrorCode, ErrorMessage: each.ErrorMessage })),
    },
  });
  return { FleetId: id, Errors: errors, Instances: made };
}

export const fleetCalls: Handlers = {
  CreateFleet: handle<CreateFleetRequest, CreateFleetResult>((input, call) => {
    if (input.Type !== 'instant')
      throw new AwsProblem('NotImplemented', 'The test server makes instant fleets only', 501);
    refuseDryRun(input);
    return onceFor(call, input.ClientToken, input, () => makeFleet(call, input));
  }),

  DescribeFleets: handle<DescribeFleetsRequest, DescribeFleetsResult>((input, call) => {
    refuseDryRun(input);
    // Without ids instant fleets are left out.
    const entries = input.FleetIds?.map((id) => call.region.fleets.get(id)) ?? [];
    const views = applyFilters(
      entries.map((entry) => entry.view),
      input.Filters,
      { 'fleet-state': (view) => view.FleetState, type: (view) => view.Type },
    );
    const { items, ...next } = page(views, input);
    return { Fleets: items, ...next };
  }),

  DeleteFleets: handle<DeleteFleetsRequest, DeleteFleetsResult>((input, call) => {
    refuseDryRun(input);
    const SuccessfulFleetDeletions = input.FleetIds.map((FleetId) => {
      const { view } = call.region.fleets.get(FleetId);
      for (const id of (view.Instances ?? []).flatMap((each) => each.InstanceIds ?? [])) {
        const entry = call.region.instances.peek(id);
        const reason = { Code: 'Client.UserInitiatedShutdown', Message: 'Client.UserInitiatedShutdown: fleet deleted' };
        if (entry !== undefined) terminate(call.world, call.region, entry, reason);
      }
      call.region.fleets.remove(FleetId);
      return { FleetId, CurrentFleetState: 'deleted_terminating' as const, PreviousFleetState: 'active' as const };
    });
    return { SuccessfulFleetDeletions, UnsuccessfulFleetDeletions: [] };
  }),
};
