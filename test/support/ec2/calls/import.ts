import type {
  CancelImportTaskRequest,
  CancelImportTaskResult,
  DescribeImportImageTasksRequest,
  DescribeImportImageTasksResult,
  DescribeImportSnapshotTasksRequest,
  DescribeImportSnapshotTasksResult,
  Filter,
  ImageDiskContainer,
  ImportImageRequest,
  ImportImageResult,
  ImportImageTask,
  ImportSnapshotRequest,
  ImportSnapshotResult,
  ImportSnapshotTask,
  SnapshotDiskContainer,
} from '@aws-sdk/client-ec2';
import { handle, onceFor, refuseDryRun, type Call, type Handlers } from '../call.ts';
import { page } from '../rules/filters.ts';
import { encryptionOf } from '../other-services/kms.ts';
import { makeImage } from '../rules/make-image.ts';
import { makeSnapshot } from '../rules/make-snapshot.ts';
import { AwsProblem, invalidValue } from '../problem.ts';
import type { SnapshotEntry } from '../region.ts';
import { tagsFor } from '../rules/tags.ts';

const GIB = 1_073_741_824;
const FORMATS = ['ova', 'raw', 'vhd', 'vhdx', 'vmdk'];

/** What is wrong with a disk to import, as the task will say; undefined when nothing is. */
function faultOf(call: Call, disk: SnapshotDiskContainer | ImageDiskContainer | undefined): string | undefined {
  const { S3Bucket: bucket = '', S3Key: key = '' } = disk?.UserBucket ?? {};
  const object = call.world.buckets.get(bucket)?.objects.get(key);
  if (object === undefined) return `ClientError: Disk validation failed [Object not found: ${bucket}/${key}]`;
  const format = (disk?.Format ?? 'ova').toLowerCase();
  const magic = object.data.subarray(0, 4).toString('latin1');
  if (format === 'vmdk' && magic !== 'KDMV') return 'ClientError: Disk validation failed [Invalid VMDK header]';
  if (format === 'raw' && object.data.length % 512 !== 0) return 'ClientError: Disk validation failed [Odd size]';
  return undefined;
}

function checkRole(call: Call, name: string | undefined): void {
  if (!call.world.iam.roles.has(name ?? 'vmimport')) {
    throw new AwsProblem(
      'InvalidParameter',
      `The service role ${name ?? 'vmimport'} provided does not exist or does not have sufficient permissions`,
    );
  }
}

/** These calls know no other filter. */
function checkFilters(filters: readonly Filter[] | undefined): void {
  const unknown = filters?.find(({ Name }) => Name !== 'task-state');
  if (unknown !== undefined) {
    throw new AwsProblem('InvalidParameterValue', `The filter '${unknown.Name ?? ''}' is invalid`);
  }
}

function checkBootMode({ Architecture: architecture, BootMode: mode }: ImportImageRequest): void {
  if (mode !== undefined && !['legacy-bios', 'uefi', 'uefi-preferred'].includes(mode)) {
    throw invalidValue('BootMode', mode);
  }
  if (architecture === 'arm64' && mode === 'legacy-bios') {
    throw new AwsProblem('InvalidParameter', 'The boot mode legacy-bios is not supported for arm64.');
  }
}

function checkFormat(format: string | undefined): void {
  if (format !== undefined && !FORMATS.includes(format.toLowerCase())) throw invalidValue('Format', format);
}

function sizeOf(call: Call, disk: SnapshotDiskContainer | ImageDiskContainer | undefined): number {
  const { S3Bucket: bucket = '', S3Key: key = '' } = disk?.UserBucket ?? {};
  const bytes = call.world.buckets.get(bucket)?.objects.get(key)?.data.length ?? 0;
  return Math.max(1, Math.ceil(bytes / GIB));
}

function shoot(
  call: Call,
  disk: SnapshotDiskContainer | ImageDiskContainer | undefined,
  request: ImportSnapshotRequest | ImportImageRequest,
  description: string,
): SnapshotEntry {
  const encryption = encryptionOf(call.region, request, { encrypted: false, key: undefined });
  const entry = makeSnapshot(call, call.region, {
    volumeId: 'vol-ffffffff',
    size: sizeOf(call, disk),
    encrypted: encryption.encrypted,
    key: encryption.key,
    description,
    tags: [],
  });
  entry.view.State = 'completed';
  entry.view.Progress = '100%';
  return entry;
}

function progress(call: Call, detail: { Progress?: string | undefined; StatusMessage?: string | undefined }): void {
  const { clock, durations } = call.world;
  const stages = ['validating', 'converting', 'updating', 'booting'];
  stages.forEach((message, index) => {
    clock.after((durations.importTask * index) / stages.length, () => {
      if (detail.StatusMessage === 'deleted') return;
      detail.StatusMessage = message;
      detail.Progress = String(index * 25);
    });
  });
}

function importSnapshot(input: ImportSnapshotRequest, call: Call): ImportSnapshotTask {
  const tags = tagsFor(input.TagSpecifications, ['import-snapshot-task'])('import-snapshot-task');
  const detail: NonNullable<ImportSnapshotTask['SnapshotTaskDetail']> = {
    Description: input.Description ?? '',
    DiskImageSize: 0,
    Format: (input.DiskContainer?.Format ?? 'raw').toUpperCase(),
    Progress: '0',
    Status: 'active',
    StatusMessage: 'pending',
    UserBucket: { ...input.DiskContainer?.UserBucket },
  };
  const task: ImportSnapshotTask = {
    ImportTaskId: call.world.newId('import-snap'),
    SnapshotTaskDetail: detail,
    Tags: tags,
  };
  call.region.importSnapshotTasks.set(task.ImportTaskId ?? '', task);
  if (call.outcome.stuck) return task;
  progress(call, detail);
  call.world.clock.after(call.world.durations.importTask, () => {
    if (detail.Status !== 'active') return;
    const fault = call.outcome.fails?.message ?? faultOf(call, input.DiskContainer);
    if (fault !== undefined) {
      detail.Status = 'deleted';
      detail.StatusMessage = fault;
      return;
    }
    detail.Status = 'completed';
    detail.Progress = '100';
    delete detail.StatusMessage;
    detail.SnapshotId = shoot(
      call,
      input.DiskContainer,
      input,
      `Created by AWS-VMImport service for ${task.ImportTaskId ?? ''}`,
    ).view.SnapshotId;
  });
  return task;
}

function importImage(input: ImportImageRequest, call: Call): ImportImageTask {
  const tags = tagsFor(input.TagSpecifications, ['import-image-task'])('import-image-task');
  const architecture = input.Architecture ?? 'x86_64';
  const task: ImportImageTask = {
    ImportTaskId: call.world.newId('import-ami'),
    Architecture: architecture,
    Description: input.Description ?? '',
    LicenseType: input.LicenseType ?? '',
    Platform: input.Platform ?? 'Linux',
    Progress: '1',
    Status: 'active',
    StatusMessage: 'pending',
    SnapshotDetails: [],
    Tags: tags,
  };
  const id = task.ImportTaskId ?? '';
  call.region.importImageTasks.set(id, task);
  if (call.outcome.stuck) return task;
  progress(call, task);
  const disks = input.DiskContainers ?? [];
  call.world.clock.after(call.world.durations.importTask, () => {
    if (task.Status !== 'active') return;
    const fault =
      call.outcome.fails?.message ?? disks.map((disk) => faultOf(call, disk)).find((each) => each !== undefined);
    if (fault !== undefined) {
      task.Status = 'deleted';
      task.StatusMessage = fault;
      return;
    }
    const devices = disks.map((disk, index) => {
      const { view } = shoot(call, disk, input, `Created by AWS-VMImport service for ${id}`);
      const DeviceName = index === 0 ? '/dev/sda1' : `/dev/sd${String.fromCharCode(101 + index)}`;
      const Ebs = {
        SnapshotId: view.SnapshotId,
        VolumeSize: view.VolumeSize,
        VolumeType: 'gp2' as const,
        Encrypted: view.Encrypted,
        DeleteOnTermination: true,
      };
      return { DeviceName, Ebs };
    });
    const image = makeImage(call, call.region, {
      name: id,
      description: `AWS-VMImport service: Linux - ${input.Description ?? ''}`,
      devices,
      tags: [],
      like: {
        Architecture: architecture as 'x86_64',
        RootDeviceName: '/dev/sda1',
        ...(input.BootMode === undefined ? {} : { BootMode: input.BootMode }),
        ...(input.Platform === 'Windows' ? { Platform: 'Windows' as const, PlatformDetails: 'Windows' } : {}),
      },
      uefiData: undefined,
      ready: true,
    });
    task.Status = 'completed';
    task.ImageId = image.view.ImageId;
    task.SnapshotDetails = devices.map(({ DeviceName, Ebs }) => ({
      DeviceName,
      SnapshotId: Ebs.SnapshotId,
      Status: 'completed',
    }));
    delete task.StatusMessage;
    delete task.Progress;
  });
  return task;
}

function tasksNamed<T>(tasks: ReadonlyMap<string, T>, ids: readonly string[] | undefined): readonly T[] {
  if (ids === undefined) return [...tasks.values()];
  return ids.map((id) => {
    const task = tasks.get(id);
    if (task === undefined) throw new AwsProblem('InvalidConversionTaskId.Malformed', `Task ${id} does not exist`);
    return task;
  });
}

export const importCalls: Handlers = {
  ImportSnapshot: handle<ImportSnapshotRequest, ImportSnapshotResult>((input, call) => {
    checkRole(call, input.RoleName);
    checkFormat(input.DiskContainer?.Format);
    if (input.KmsKeyId !== undefined && input.Encrypted !== true) {
      throw new AwsProblem(
        'InvalidParameterDependency',
        'The parameter KmsKeyId requires the parameter Encrypted to be set.',
      );
    }
    refuseDryRun(input);
    const task = onceFor(call, input.ClientToken, input, () => importSnapshot(input, call));
    return { ImportTaskId: task.ImportTaskId, SnapshotTaskDetail: { ...task.SnapshotTaskDetail }, Tags: task.Tags };
  }),

  ImportImage: handle<ImportImageRequest, ImportImageResult>((input, call) => {
    checkRole(call, input.RoleName);
    if ((input.DiskContainers ?? []).length === 0)
      throw new AwsProblem('MissingParameter', 'The request must contain the parameter DiskContainers');
    input.DiskContainers?.forEach((disk) => checkFormat(disk.Format));
    checkBootMode(input);
    if (input.KmsKeyId !== undefined && input.Encrypted !== true) {
      throw new AwsProblem(
        'InvalidParameterDependency',
        'The parameter KmsKeyId requires the parameter Encrypted to be set.',
      );
    }
    refuseDryRun(input);
    const task = onceFor(call, input.ClientToken, input, () => importImage(input, call));
    const { ImportTaskId, Architecture, Description, LicenseType, Platform, Progress, Status, StatusMessage, Tags } =
      task;
    return { ImportTaskId, Architecture, Description, LicenseType, Platform, Progress, Status, StatusMessage, Tags };
  }),

  DescribeImportSnapshotTasks: handle<DescribeImportSnapshotTasksRequest, DescribeImportSnapshotTasksResult>(
    (input, call) => {
      refuseDryRun(input);
      const { items, ...next } = page(tasksNamed(call.region.importSnapshotTasks, input.ImportTaskIds), input);
      return { ImportSnapshotTasks: items.map((task) => ({ ...task })), ...next };
    },
  ),

  DescribeImportImageTasks: handle<DescribeImportImageTasksRequest, DescribeImportImageTasksResult>((input, call) => {
    checkFilters(input.Filters);
    refuseDryRun(input);
    const { items, ...next } = page(tasksNamed(call.region.importImageTasks, input.ImportTaskIds), input);
    return { ImportImageTasks: items.map((task) => ({ ...task })), ...next };
  }),

  CancelImportTask: handle<CancelImportTaskRequest, CancelImportTaskResult>((input, call) => {
    const id = input.ImportTaskId ?? '';
    refuseDryRun(input);
    const image = call.region.importImageTasks.get(id);
    const detail = call.region.importSnapshotTasks.get(id)?.SnapshotTaskDetail ?? image;
    if (detail === undefined) throw new AwsProblem('InvalidConversionTaskId.Malformed', `Task ${id} does not exist`);
    const PreviousState = detail.Status;
    if (PreviousState !== 'active') {
      throw new AwsProblem('IncorrectState', `The task ${id} is ${PreviousState ?? ''} and cannot be canceled`);
    }
    detail.Status = 'deleted';
    detail.StatusMessage = 'deleted';
    return { ImportTaskId: id, State: 'deleted', PreviousState };
  }),
};
