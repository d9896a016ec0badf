import {
  cloudKind,
  OWN_TAGS,
  type CloudKind,
  type CloudKindOptions,
  type Locator,
} from '../../../plugins/sdk/cloud.ts';
import { reopenCloud, type Cloud } from '../api/cloud.ts';
import { isInUse, isNotFound, isRefusal, unlessGone } from '../api/google-error.ts';
import { GOOGLE_CODES, longestPause } from '../api/wait.ts';
import { osLoginKeyKind } from '../os-login/kind.ts';
import { deleteDisk, deleteImage, deleteInstance, getDisk, getImage, getInstance, type Place } from './things.ts';

/** By their names: what Google makes is named by who asks for it. */
export interface GoogleKinds {
  readonly instance: CloudKind;
  readonly disk: CloudKind;
  readonly image: CloudKind;
  readonly osLoginKey: CloudKind;
}

interface Labelled {
  readonly labels?: Readonly<Record<string, string>> | null;
}

/** How things of one kind are looked at and removed. */
interface Operations {
  readonly get: (where: Place, cloud: Cloud) => Promise<Labelled>;
  readonly release: CloudKindOptions<Cloud>['release'];
  /** "instances" */
  readonly collection: string;
}

function whereIn(locator: Locator): Place {
  return { project: locator.text('project'), place: locator.text('place'), name: locator.text('name') };
}

function flagOf(place: string): string {
  const [kind, name = ''] = place.split('/');
  if (kind === 'zones') return ` --zone=${name}`;
  return kind === 'regions' ? ` --region=${name}` : '';
}

function kindOf(kind: string, { get, release, collection }: Operations): CloudKind {
  return cloudKind<Cloud>({
    kind,
    release,
    open: (locator, signal) => reopenCloud(locator.value('access'), signal),
    patiently: (cloud, retry) => ({
      ...cloud,
      ask: (question, until) => retry(() => cloud.ask(question, until)),
      begin: (request) => retry(() => cloud.begin(request)),
    }),
    // The name may be the template's, and such a thing have been there before.
    find: async (token, cloud, locator) => {
      const found = await unlessGone(get(whereIn(locator), cloud));
      return found?.labels?.[OWN_TAGS.token] === token ? [locator.text('name')] : [];
    },
    manualCommand: (id, locator) => {
      const { project, place } = whereIn(locator);
      return `gcloud compute ${collection} delete ${id} --project=${project}${flagOf(place)}`;
    },
    isNotFound,
    isRefusal,
    isInUse,
    waits: () => ({
      codes: GOOGLE_CODES,
      longestPause: longestPause(),
      hint: 'Google may only be slow: "kiln gc" looks again, and removes what is left',
    }),
  });
}

/** The kinds of things that a component of this type makes in Compute Engine. */
export function googleKinds(type: string): GoogleKinds {
  return {
    instance: kindOf(`${type}:instance`, {
      get: getInstance,
      release: (name, cloud, locator, context) => deleteInstance({ ...whereIn(locator), name }, cloud, context),
      collection: 'instances',
    }),
    disk: kindOf(`${type}:disk`, {
      get: getDisk,
      release: (name, cloud, locator, context) => deleteDisk({ ...whereIn(locator), name }, cloud, context),
      collection: 'disks',
    }),
    image: kindOf(`${type}:image`, {
      get: getImage,
      release: (name, cloud, locator, context) => deleteImage({ ...whereIn(locator), name }, cloud, context),
      collection: 'images',
    }),
    osLoginKey: osLoginKeyKind(type),
  };
}
