import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { unpackTar } from 'modern-tar/fs';

/** Made by the build: what a new embedded database begins with, and its digest. */
const TEMPLATE = join(import.meta.dirname, '../../template');

/**
 * Fills the folder of a new embedded database with the schema of this version, which takes a moment, where PostgreSQL's
 * own way and the migrations take seconds and 700 MB.
 * @throws Error with one sentence when the template is not whole; then the folder is as empty as before.
 */
export async function unpackTemplate(folder: string, template = TEMPLATE): Promise<void> {
  const archive = await readWhole(template).catch((error: unknown) => {
    throw new Error(
      `The template of the embedded database in ${template} is not whole: install or build the service again.`,
      { cause: error },
    );
  });
  await pipeline(
    Readable.from([archive]),
    createBrotliDecompress(),
    unpackTar(folder, { dmode: 0o700, fmode: 0o600 }),
  );
}

async function readWhole(template: string): Promise<Buffer> {
  const archive = await readFile(join(template, 'database.tar.br'));
  const { sha256 } = JSON.parse(await readFile(join(template, 'database.json'), 'utf8')) as {
    sha256: unknown;
  };
  if (createHash('sha256').update(archive).digest('hex') !== sha256)
    throw new Error('The digest is that of another archive.');
  return archive;
}
