import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The oldest that will do. npm says so too, unless it is told to be quiet. */
const OLDEST = [0, 3, 25] as const;

/** @throws Error with one sentence when the host's TypeORM is too old. */
export function checkTypeOrm(version = installedVersion()): void {
  const parts = version?.split('.', 3).map((part) => parseInt(part, 10)) ?? [];
  const first = OLDEST.findIndex((part, index) => parts[index] !== part);
  if (first === -1 || !((parts[first] ?? NaN) < (OLDEST[first] ?? 0))) return;
  throw new Error(
    `TypeORM ${version} is older than ${OLDEST.join('.')}, which nestjs-mcp-auth needs: run \`npm install typeorm@latest @nestjs/typeorm@latest\`.`,
  );
}

/** Undefined where there is no telling, as in a bundle. */
function installedVersion(): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('typeorm'));
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return manifest.version;
  } catch {
    return undefined;
  }
}
