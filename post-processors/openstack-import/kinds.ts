import type { CloudKind } from '../../plugins/sdk/cloud.ts';
import { openstackKinds, type OpenstackKinds } from '../../builders/_openstack/kinds/kinds.ts';

/** Property of an image that is on its way: what it is of. */
export const UPLOAD_MARK = 'kiln-upload';

const kinds = openstackKinds('openstack-import');

/** An image that is being made; another process can go on with it. */
const image: CloudKind = { ...kinds.image, lasting: true };

export const importKinds: Pick<OpenstackKinds, 'image'> = { image };
