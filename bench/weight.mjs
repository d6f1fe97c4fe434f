// What the packed library adds to a fresh Nest 12 application with TypeORM and pg: packages, megabytes on the disk, and
// time to import, over @nestjs/core's in the same round. `/resource` also in an application without a database.
//   npm run build && node bench/weight.mjs
import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from './harness.mjs';
import { importedPackages } from './imports.mjs';

const ROUNDS = 11;
const NEST = {
  '@nestjs/common': '^12.0.0',
  '@nestjs/core': '^12.0.0',
  '@nestjs/platform-express': '^12.0.0',
  'reflect-metadata': '^0.2.2',
  rxjs: '^7.8.1',
};
const DATABASE = { '@nestjs/typeorm': '^12.0.0', pg: '^8.16.0', typeorm: '^1.1.0' };

const folder = mkdtempSync(join(tmpdir(), 'mcp-auth-weight-'));
const npm = (cwd, ...args) => execFileSync('npm', args, { cwd, encoding: 'utf8' }).trim();

/** Bytes on the disk of a folder and everything in it. */
function bytes(path) {
  const found = lstatSync(path);
  const own = found.blocks * 512;
  return found.isDirectory()
    ? readdirSync(path).reduce((sum, name) => sum + bytes(join(path, name)), own)
    : own;
}
const megabytes = (count) => `${(count / 1024 ** 2).toFixed(1)} MB`;

function installed(host) {
  const lock = JSON.parse(readFileSync(join(host, 'node_modules/.package-lock.json'), 'utf8'));
  return { packages: Object.keys(lock.packages).length, bytes: bytes(join(host, 'node_modules')) };
}

function host(name, dependencies) {
  const path = mkdtempSync(join(folder, `${name}-`));
  const manifest = { private: true, type: 'module', dependencies, overrides: { 'file-type': '21.3.4' } };
  writeFileSync(join(path, 'package.json'), JSON.stringify(manifest));
  const install = (...what) => npm(path, 'install', '--no-audit', '--no-fund', '--prefer-offline', ...what);
  install();
  const before = installed(path);
  install(archive);
  const after = installed(path);
  console.log(
    `${name}: +${after.packages - before.packages} packages, +${megabytes(after.bytes - before.bytes)} installed`,
  );
  return path;
}

/** Milliseconds of a fresh process: by the clock, and of all its threads' CPU, which a busy machine stretches less. */
function importTime(path, entry) {
  const program = `
    const begun = performance.now();
    const used = process.cpuUsage();
    await import('${entry}');
    const wall = performance.now() - begun;
    const { user, system } = process.cpuUsage(used);
    console.log(JSON.stringify({ wall, cpu: (user + system) / 1000 }));`;
  const args = ['--input-type=module', '-e', program];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: path, encoding: 'utf8' }));
}

function measureImport(path, entry) {
  const [loaded] = importedPackages(path, [entry]);
  const size = [...loaded.keys()].reduce((sum, at) => sum + bytes(at), 0);
  console.log(
    `${entry} imports ${loaded.size} packages, ${megabytes(size)}: ${[...loaded.values()].join(' ')}`,
  );
  const rounds = Array.from({ length: ROUNDS }, () => {
    const core = importTime(path, '@nestjs/core');
    return { core, own: importTime(path, entry) };
  });
  for (const kind of ['wall', 'cpu']) {
    const least = (key) => Math.min(...rounds.map((round) => round[key][kind]));
    const over = median(rounds.map(({ core, own }) => own[kind] - core[kind]));
    const ratio = median(rounds.map(({ core, own }) => own[kind] / core[kind]));
    console.log(
      `  ${kind}: ${(least('own') - least('core')).toFixed(0)} ms (least) and ${over.toFixed(0)} ms (median of ${ROUNDS}) over @nestjs/core (${least('core').toFixed(0)} ms), ${ratio.toFixed(2)} ×`,
    );
  }
}

let archive;
try {
  archive = join(folder, npm('.', 'pack', '--silent', '--ignore-scripts', '--pack-destination', folder));
  const withDatabase = host('Nest, TypeORM and pg', { ...NEST, ...DATABASE });
  const alone = host('Nest alone', NEST);
  measureImport(withDatabase, '@nestjs/typeorm');
  measureImport(withDatabase, 'nestjs-mcp-auth');
  measureImport(alone, 'nestjs-mcp-auth/resource');
} finally {
  rmSync(folder, { recursive: true });
}
