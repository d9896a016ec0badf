import type { BlockDevice } from './block-device.ts';
import type { FreeSpace, Range } from './free-space.ts';
import type { Area } from './partitions.ts';

interface Geometry {
  readonly wide: boolean;
  /** Bytes. */
  readonly tableStart: number;
  readonly dataStart: number;
  readonly clusterSize: number;
  readonly clusters: number;
}

function geometryOf(sector: Buffer): Geometry | undefined {
  const sectorSize = sector.readUInt16LE(11);
  const perCluster = sector[13] ?? 0;
  const reserved = sector.readUInt16LE(14);
  const tables = sector[16] ?? 0;
  if (![512, 1024, 2048, 4096].includes(sectorSize) || perCluster === 0 || reserved === 0 || tables === 0)
    return undefined;
  const tableSize = sector.readUInt16LE(22) || sector.readUInt32LE(36);
  const all = sector.readUInt16LE(19) || sector.readUInt32LE(32);
  const rootSectors = Math.ceil((sector.readUInt16LE(17) * 32) / sectorSize);
  const dataStart = reserved + tables * tableSize + rootSectors;
  const clusters = Math.floor((all - dataStart) / perCluster);
  return {
    // The number of clusters alone says which FAT it is.
    wide: clusters >= 65_525,
    tableStart: reserved * sectorSize,
    dataStart: dataStart * sectorSize,
    clusterSize: perCluster * sectorSize,
    clusters,
  };
}

function isClean(sector: Buffer, table: Buffer, wide: boolean): boolean {
  const dirtyByte = sector[wide ? 65 : 37] ?? 0;
  const mark = wide ? table.readUInt32LE(4) & 0x08000000 : table.readUInt16LE(2) & 0x8000;
  return (dirtyByte & 1) === 0 && mark !== 0;
}

// An iterable that waits for nothing; what takes ranges takes them of any file system.
// eslint-disable-next-line @typescript-eslint/require-await
async function* freeClusters(area: Area, table: Buffer, geometry: Geometry): AsyncGenerator<Range, void> {
  const { wide, dataStart, clusterSize, clusters } = geometry;
  for (let cluster = 2; cluster < clusters + 2; cluster++) {
    const entry = wide ? table.readUInt32LE(cluster * 4) & 0x0fffffff : table.readUInt16LE(cluster * 2);
    if (entry === 0) yield { offset: area.offset + dataStart + (cluster - 2) * clusterSize, length: clusterSize };
  }
}

/** What a FAT16 or FAT32 does not use; undefined for anything else, such as a FAT12. */
export async function freeInFat(device: BlockDevice, area: Area): Promise<FreeSpace | undefined> {
  if (area.length < 65_536) return undefined;
  const sector = await device.read(area.offset, 512);
  const isNamed = sector.toString('latin1', 54, 59) === 'FAT16' || sector.toString('latin1', 82, 87) === 'FAT32';
  const geometry = sector.readUInt16LE(510) === 0xaa55 && isNamed ? geometryOf(sector) : undefined;
  if (geometry === undefined || geometry.clusters < 4085) return undefined;
  const { wide, tableStart, clusters, dataStart, clusterSize } = geometry;
  const kind = wide ? 'FAT32' : 'FAT16';
  if (dataStart + clusters * clusterSize > area.length) return { kind, free: 'it is larger than its partition' };
  const table = await device.read(area.offset + tableStart, (clusters + 2) * (wide ? 4 : 2));
  if (!isClean(sector, table, wide)) return { kind, free: 'it was not unmounted, or has errors' };
  return { kind, free: freeClusters(area, table, geometry) };
}
