type Tell = (path: string) => void;

export function notCopied(warn: (text: string) => void): Tell {
  return (path) => warn(`not copied, neither file nor directory nor link: ${path}`);
}

export function leftInCircle(warn: (text: string) => void): Tell {
  return (path) => warn(`copied as a link, since it leads back to a directory that it is in: ${path}`);
}
