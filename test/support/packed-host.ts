import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar/fs';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const LIBRARY = 'nestjs-mcp-auth';
const INSTALLED = join(tmpdir(), 'mcp-auth-packed-hosts');

/** What a host has beside the library that uses its module, on a version of Nest and one of TypeORM. */
export const hostDependencies = (nest: string, typeorm = '^1.1.0'): Record<string, string> => ({
  ...nestDependencies(nest),
  '@electric-sql/pglite': '^0.5.16',
  '@nestjs/typeorm': `^${nest}.0.0`,
  'class-transformer': '^0.5.1',
  'class-validator': '^0.15.1',
  helmet: '8.3.0',
  pg: '^8.16.0',
  typeorm,
});

/** A Nest application and nothing else. */
export const nestDependencies = (nest: string): Record<string, string> => ({
  '@nestjs/common': `^${nest}.0.0`,
  '@nestjs/core': `^${nest}.0.0`,
  '@nestjs/platform-express': `^${nest}.0.0`,
  'reflect-metadata': '^0.2.2',
  rxjs: '^7.8.1',
});

/**
 * What the pages and examples for Nest 12 need, all of them, for one installation: hosts whose calls come by other ways
 * than HTTP alone, whose people are known by a session, or that stand on Fastify.
 */
export const CONTEXT_DEPENDENCIES: Record<string, string> = {
  ...hostDependencies('12'),
  '@apollo/server': '^5.5.1',
  '@as-integrations/express5': '^1.1.2',
  '@modelcontextprotocol/core': '^2.0.0',
  '@modelcontextprotocol/node': '^2.0.0',
  '@modelcontextprotocol/server': '^2.0.0',
  '@nestjs/apollo': '^14.0.0',
  '@nestjs/graphql': '^14.0.0',
  '@nestjs/microservices': '^12.0.0',
  '@nestjs/platform-fastify': '^12.0.0',
  '@nestjs/platform-socket.io': '^12.0.0',
  '@nestjs/platform-ws': '^12.0.0',
  '@nestjs/websockets': '^12.0.0',
  '@rekog/mcp-nest': '^2.0.5',
  '@types/express': '^5.0.0',
  '@types/node': '^24.0.0',
  express: '^5.0.0',
  'express-session': '^1.19.0',
  fastify: '^5.0.0',
  graphql: '^16.11.0',
  'socket.io-client': '^4.8.0',
  typescript: '^6.0.2',
  ws: '^8.18.0',
  zod: '^4.3.5',
};

/**
 * A folder of its own with the packed library and what a host has beside it. npm installs it once for each lock file of
 * the library; from then on it is copied, and the library in it is the one that is packed now.
 */
export async function installPacked(dependencies: Record<string, string>): Promise<string> {
  const packed = await mkdtemp(join(tmpdir(), 'mcp-auth-packed-'));
  const folder = await mkdtemp(join(tmpdir(), 'mcp-auth-host-'));
  try {
    const archive = await pack(packed);
    const installed = join(INSTALLED, await digestOf(dependencies));
    await stat(installed).catch(() => install(installed, archive, dependencies));
    await copyOf(installed, folder);
    const library = join(folder, 'node_modules', LIBRARY);
    // What npm has put below it is its own: another version than that of somebody else.
    for (const name of await readdir(library))
      if (name !== 'node_modules') await rm(join(library, name), { recursive: true });
    await pipeline(createReadStream(archive), createGunzip(), unpackTar(library, { strip: 1 }));
    return folder;
  } finally {
    await rm(packed, { recursive: true });
  }
}

/** What npm has installed is linked, which takes a second where copying takes many: nobody writes into its files. */
async function copyOf(installed: string, folder: string): Promise<void> {
  for (const name of await readdir(installed))
    if (name === 'node_modules')
      await run('cp', ['-RPl', join(installed, name), folder]).catch(() =>
        cp(join(installed, name), join(folder, name), { recursive: true, verbatimSymlinks: true }),
      );
    else await cp(join(installed, name), join(folder, name));
}

async function pack(folder: string): Promise<string> {
  const { stdout } = await run(
    'npm',
    ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder],
    { cwd: ROOT },
  );
  return join(folder, stdout.trim());
}

async function digestOf(dependencies: Record<string, string>): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([dependencies, process.version]));
  for (const name of ['package.json', 'package-lock.json']) hash.update(await readFile(join(ROOT, name)));
  return hash.digest('hex').slice(0, 16);
}

async function install(folder: string, archive: string, dependencies: Record<string, string>): Promise<void> {
  await mkdir(INSTALLED, { recursive: true });
  const unfinished = await mkdtemp(`${folder}-`);
  await cp(archive, join(unfinished, 'library.tgz'));
  const manifest = {
    private: true,
    dependencies: { ...dependencies, [LIBRARY]: 'file:./library.tgz' },
    overrides: { 'file-type': '21.3.4' },
  };
  await writeFile(join(unfinished, 'package.json'), JSON.stringify(manifest));
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: unfinished });
  await rename(unfinished, folder).catch(() => rm(unfinished, { recursive: true }));
}
