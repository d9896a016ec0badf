import type {
  AddRoleToInstanceProfileRequest,
  AttachRolePolicyRequest,
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse,
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteInstanceProfileRequest,
  DeleteRolePolicyRequest,
  DeleteRoleRequest,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  GetRoleRequest,
  GetRoleResponse,
  InstanceProfile,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  PutRolePolicyRequest,
  RemoveRoleFromInstanceProfileRequest,
} from '@aws-sdk/client-iam';
import { handle, type Call, type Handlers } from '../call.ts';
import type { ProfileEntry, RoleEntry } from './iam-state.ts';
import { AwsProblem } from '../problem.ts';

function none(kind: string, name: string): AwsProblem {
  return new AwsProblem('NoSuchEntity', `${kind} ${name} cannot be found.`, 404);
}

function conflict(message: string): AwsProblem {
  return new AwsProblem('DeleteConflict', `Cannot delete entity, must ${message} first.`, 409);
}

function roleNamed(call: Call, name: string): RoleEntry {
  const found = call.world.iam.roles.get(name);
  if (found === undefined) throw none('The role with name', name);
  return found;
}

function profileNamed(call: Call, name: string): ProfileEntry {
  const found = call.world.iam.profiles.get(name);
  if (found === undefined) throw none('Instance Profile', name);
  return found;
}

function checkName(name: string, longest: number): void {
  if (!/^[\w+=,.@-]+$/.test(name) || name.length > longest) {
    throw new AwsProblem('ValidationError', `The specified value for the name '${name}' is invalid.`);
  }
}

/** @throws AwsProblem for what is not a policy document */
function checkPolicy(text: string): void {
  try {
    const document: unknown = JSON.parse(text);
    if (typeof document === 'object' && document !== null && 'Statement' in document && 'Version' in document) return;
  } catch {
    // Said below.
  }
  throw new AwsProblem('MalformedPolicyDocument', 'Syntax errors in policy.');
}

function identifier(call: Call, prefix: string): string {
  return `${prefix}${call.world.newId('x').slice(3).toUpperCase()}`;
}

function viewOf(call: Call, entry: ProfileEntry): InstanceProfile {
  return { ...entry.profile, Roles: [...entry.roles].map((name) => roleNamed(call, name).role) };
}

export const iamCalls: Handlers = {
  CreateRole: handle<CreateRoleRequest, CreateRoleResponse>((input, call) => {
    const { roles } = call.world.iam;
    checkName(input.RoleName, 64);
    checkPolicy(input.AssumeRolePolicyDocument);
    if (roles.has(input.RoleName)) {
      throw new AwsProblem('EntityAlreadyExists', `Role with name ${input.RoleName} already exists.`, 409);
    }
    const path = input.Path ?? '/';
    const role = {
      Path: path,
      RoleName: input.RoleName,
      RoleId: identifier(call, 'AROA'),
      Arn: `arn:aws:iam::${call.caller.account}:role${path}${input.RoleName}`,
      CreateDate: call.world.clock.date(),
      AssumeRolePolicyDocument: encodeURIComponent(input.AssumeRolePolicyDocument),
      ...(input.Description === undefined ? {} : { Description: input.Description }),
      ...(input.Tags === undefined ? {} : { Tags: input.Tags }),
    };
    roles.set(input.RoleName, { role, policies: new Map(), attached: new Set() });
    return { Role: role };
  }),

  GetRole: handle<GetRoleRequest, GetRoleResponse>((input, call) => ({ Role: roleNamed(call, input.RoleName).role })),

  DeleteRole: handle<DeleteRoleRequest, object>((input, call) => {
    const { policies, attached } = roleNamed(call, input.RoleName);
    if (policies.size > 0) throw conflict('delete policies');
    if (attached.size > 0) throw conflict('detach all policies');
    if ([...call.world.iam.profiles.values()].some((profile) => profile.roles.has(input.RoleName))) {
      throw conflict('remove roles from instance profile');
    }
    call.world.iam.roles.delete(input.RoleName);
    return {};
  }),

  PutRolePolicy: handle<PutRolePolicyRequest, object>((input, call) => {
    checkPolicy(input.PolicyDocument);
    checkName(input.PolicyName, 128);
    roleNamed(call, input.RoleName).policies.set(input.PolicyName, input.PolicyDocument);
    return {};
  }),

  DeleteRolePolicy: handle<DeleteRolePolicyRequest, object>((input, call) => {
    if (!roleNamed(call, input.RoleName).policies.delete(input.PolicyName)) {
      throw none('The role policy with name', input.PolicyName);
    }
    return {};
  }),

  ListRolePolicies: handle<ListRolePoliciesRequest, ListRolePoliciesResponse>((input, call) => ({
    PolicyNames: [...roleNamed(call, input.RoleName).policies.keys()],
    IsTruncated: false,
  })),

  AttachRolePolicy: handle<AttachRolePolicyRequest, object>((input, call) => {
    roleNamed(call, input.RoleName).attached.add(input.PolicyArn);
    return {};
  }),

  DetachRolePolicy: handle<AttachRolePolicyRequest, object>((input, call) => {
    if (!roleNamed(call, input.RoleName).attached.delete(input.PolicyArn)) throw none('Policy', input.PolicyArn);
    return {};
  }),

  ListAttachedRolePolicies: handle<ListAttachedRolePoliciesRequest, ListAttachedRolePoliciesResponse>(
    (input, call) => ({
      AttachedPolicies: [...roleNamed(call, input.RoleName).attached].map((PolicyArn) => ({
        PolicyArn,
        PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
      })),
      IsTruncated: false,
    }),
  ),

  CreateInstanceProfile: handle<CreateInstanceProfileRequest, CreateInstanceProfileResponse>((input, call) => {
    const { profiles } = call.world.iam;
    const name = input.InstanceProfileName;
    checkName(name, 128);
    if (profiles.has(name)) {
      throw new AwsProblem('EntityAlreadyExists', `Instance Profile ${name} already exists.`, 409);
    }
    const path = input.Path ?? '/';
    const profile = {
      Path: path,
      InstanceProfileName: name,
      InstanceProfileId: identifier(call, 'AIPA'),
      Arn: `arn:aws:iam::${call.caller.account}:instance-profile${path}${name}`,
      CreateDate: call.world.clock.date(),
      Roles: [],
      ...(input.Tags === undefined ? {} : { Tags: input.Tags }),
    };
    const entry = { profile, roles: new Set<string>(), unseen: call.world.options.hiddenReads ?? 0 };
    profiles.set(name, entry);
    return { InstanceProfile: viewOf(call, entry) };
  }),

  GetInstanceProfile: handle<GetInstanceProfileRequest, GetInstanceProfileResponse>((input, call) => ({
    InstanceProfile: viewOf(call, profileNamed(call, input.InstanceProfileName)),
  })),

  AddRoleToInstanceProfile: handle<AddRoleToInstanceProfileRequest, object>((input, call) => {
    const { roles } = profileNamed(call, input.InstanceProfileName);
    roleNamed(call, input.RoleName);
    if (roles.size > 0)
      throw new AwsProblem('LimitExceeded', 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1', 409);
    roles.add(input.RoleName);
    return {};
  }),

  RemoveRoleFromInstanceProfile: handle<RemoveRoleFromInstanceProfileRequest, object>((input, call) => {
    const { roles } = profileNamed(call, input.InstanceProfileName);
    if (!roles.delete(input.RoleName)) throw none('The role with name', input.RoleName);
    return {};
  }),

  DeleteInstanceProfile: handle<DeleteInstanceProfileRequest, object>((input, call) => {
    const { roles } = profileNamed(call, input.InstanceProfileName);
    if (roles.size > 0) throw conflict('remove roles from instance profile');
    call.world.iam.profiles.delete(input.InstanceProfileName);
    return {};
  }),
};
