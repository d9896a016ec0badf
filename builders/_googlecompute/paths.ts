/** A path of a thing in a project; a URL, or a path from the project on, stays as it is. */
export function pathIn(project: string, collection: string, text: string): string {
  return text.includes('/') ? text : `projects/${project}/${collection}/${text}`;
}

/** "us-central1" of "us-central1-a", unless the template says otherwise. */
export function regionOf({ region, zone }: { readonly region?: string; readonly zone: string }): string {
  return region ?? zone.replace(/-[^-]+$/, '');
}
