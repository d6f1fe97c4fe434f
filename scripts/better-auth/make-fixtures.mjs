// Makes the databases that the import is tested with, by the real packages: node scripts/better-auth/make-fixtures.mjs
// Needs npm, pg_dump and a PostgreSQL server (TEST_DATABASE_URL); writes test/imports/fixtures.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const FIXTURES = join(HERE, '../../test/imports/fixtures');
const ADMIN_URL = process.env.TEST_DATABASE_URL ?? 'postgres://postgres@127.0.0.1:5432/test';
const PACKAGES = {
  a: ['better-auth@1.6.34', 'pg@8.23.1'],
  b: [
    'better-auth@1.7.5',
    '@better-auth/core@1.7.5',
    'better-call@1.4.0',
    '@better-auth/oauth-provider@1.7.5',
    '@better-auth/mcp@1.7.5',
    'pg@8.23.1',
  ],
};

const run = (command, given, options = {}) =>
  execFileSync(command, given, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], ...options });

mkdirSync(FIXTURES, { recursive: true });
for (const [generation, packages] of Object.entries(PACKAGES)) {
  const folder = mkdtempSync(join(tmpdir(), `better-auth-${generation}-`));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }');
  run('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: folder });
  cpSync(HERE, folder, { recursive: true });
  for (const variant of generation === 'a' ? ['', 'renamed'] : ['']) {
    const name = ['better_auth', generation, variant].filter(Boolean).join('_');
    const url = new URL(ADMIN_URL);
    run('psql', [ADMIN_URL, '-qc', `CREATE DATABASE "${name}"`]);
    url.pathname = name;
    try {
      const known = run('node', [`generation-${generation}.mjs`, variant], {
        cwd: folder,
        env: { ...process.env, DATABASE_URL: url.href },
      });
      const dump = run('pg_dump', ['--inserts', '--no-owner', '--no-privileges', url.href]);
      writeFileSync(join(FIXTURES, `${name}.sql`), withoutNoise(dump));
      writeFileSync(join(FIXTURES, `${name}.json`), known);
    } finally {
      run('psql', [ADMIN_URL, '-qc', `DROP DATABASE "${name}" WITH (FORCE)`]);
    }
  }
  rmSync(folder, { recursive: true });
}

/** Without comments, commands of psql, and what is set for the session of who reads it. */
function withoutNoise(dump) {
  const lines = dump
    .split('\n')
    .filter((line) => !/^(--|\\|SET |SELECT pg_catalog\.set_config|$)/.test(line));
  return `${lines.join('\n')}\n`;
}
