import type { OpenAPIObject } from '@nestjs/swagger';

/** The methods of every operation that a description has at an address, in order; HEAD wherever there is GET. */
export function methodsAt(paths: OpenAPIObject['paths'], address: string): string[] {
  const found = Object.entries(paths)
    .filter(([template]) => isAt(template, address))
    .flatMap(([, operations]) => Object.keys(operations).map((method) => method.toUpperCase()));
  const allowed = new Set(found);
  if (allowed.has('GET')) allowed.add('HEAD');
  return [...allowed].toSorted();
}

/** A parameter stands for one segment, whatever it is. */
function isAt(template: string, address: string): boolean {
  const [wanted, given] = [template.split('/'), address.replace(/\/$/, '').split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((segment, place) => segment.startsWith('{') || segment === given[place])
  );
}
