// Makes what a new embedded database begins with: its folder, with the schema of this version and nobody's data in it.
//   node scripts/make-database-template.mjs, after the build of both packages; it is quick when nothing has changed.
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { constants, createBrotliCompress } from 'node:zlib';
import { packTar } from 'modern-tar/fs';
import { openStorage } from 'nestjs-mcp-auth/service-kit';
import { SERVICE_ENTITIES, SERVICE_MIGRATIONS } from '../dist/schema.js';

const SERVICE = join(import.meta.dirname, '..');
const TEMPLATE = join(SERVICE, 'template');
const ARCHIVE = join(TEMPLATE, 'database.tar.br');
const ABOUT = join(TEMPLATE, 'database.json');
/** A window of 1 MB: the first start pays for it in memory, and one that is wide enough to matter would cost 30 MB. */
const COMPRESSION = {
  params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 20 },
};

/** Nothing of the machine that builds. */
const anonymous = (header) => ({ ...header, mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' });
const isKept = (path) => !path.endsWith('postmaster.pid');

const sha256 = (...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

/** Digest of all that a template is made from. */
async function ingredients() {
  const manifest = JSON.parse(await readFile(join(SERVICE, 'package.json'), 'utf8'));
  const library = dirname(fileURLToPath(import.meta.resolve('nestjs-mcp-auth')));
  const files = [import.meta.filename];
  for (const folder of [library, join(SERVICE, 'dist')])
    for (const name of (await readdir(folder, { recursive: true })).toSorted())
      if (/\bmigrations\/.*\.js$/.test(name)) files.push(join(folder, name));
  const texts = await Promise.all(files.map((file) => readFile(file)));
  return sha256(manifest.dependencies['@electric-sql/pglite'], ...texts);
}

async function isUpToDate(madeFrom) {
  try {
    const about = JSON.parse(await readFile(ABOUT, 'utf8'));
    return about.madeFrom === madeFrom && about.sha256 === sha256(await readFile(ARCHIVE));
  } catch {
    return false;
  }
}

async function make(madeFrom) {
  const dataDir = await mkdtemp(join(tmpdir(), 'mcp-auth-template-'));
  try {
    const { dataSource } = await openStorage({
      database: { dataDir, poolSize: 1, entities: SERVICE_ENTITIES, migrations: SERVICE_MIGRATIONS },
      // Nothing is sealed under it.
      secret: randomBytes(32).toString('base64'),
    });
    await dataSource.query('VACUUM ANALYZE');
    await dataSource.query('CHECKPOINT');
    await dataSource.destroy();
    await mkdir(TEMPLATE, { recursive: true });
    const tar = packTar(join(dataDir, 'postgres'), { map: anonymous, filter: isKept });
    await pipeline(tar, createBrotliCompress(COMPRESSION), createWriteStream(`${ARCHIVE}.new`));
    const archive = await readFile(`${ARCHIVE}.new`);
    await rename(`${ARCHIVE}.new`, ARCHIVE);
    await writeFile(ABOUT, `${JSON.stringify({ sha256: sha256(archive), madeFrom })}\n`);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

const madeFrom = await ingredients();
if (!(await isUpToDate(madeFrom))) await make(madeFrom);
