import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readConfig } from '../src/config/service-config.js';
import { VARIABLES } from '../src/config/variables.js';
import { newSecret } from './support/service-process.js';

const ROOT = join(import.meta.dirname, '../..');

/** Of the image: where the container listens and keeps its data. */
const OF_THE_IMAGE = ['HOST', 'PORT', 'MCP_AUTH_DATA_DIR'];

interface Compose {
  services: Record<string, { image?: string; ports?: string[]; environment: Record<string, string | null> }>;
}

/** As Docker Compose does: `${NAME:-default}`, `${NAME:?message}`, and a default within a default. */
function interpolate(text: string, variables: Record<string, string>): string {
  const filled = text.replaceAll(
    /\$\{(\w+)(?::([-?])((?:[^{}]|\{[^{}]*\})*))?\}/g,
    (_whole, name: string, sign: string | undefined, rest = '') => {
      const value = variables[name];
      if (value) return value;
      if (sign === '?') throw new Error(String(rest));
      return sign === '-' ? interpolate(String(rest), variables) : '';
    },
  );
  return filled;
}

describe('docker-compose.yml', () => {
  let compose: Compose;
  beforeAll(async () => {
    compose = parse(await readFile(join(ROOT, 'docker-compose.yml'), 'utf8')) as Compose;
  });

  const environment = (variables: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(compose.services['auth']?.environment ?? {}).flatMap(([name, value]) => {
        const set = value === null ? variables[name] : interpolate(value, variables);
        return set === undefined ? [] : [[name, set]];
      }),
    );
  const NEEDED = { MCP_AUTH_SECRET: newSecret(), POSTGRES_PASSWORD: 'secret' };

  it('lets every variable through, but for those of the image', () => {
    const given = Object.keys(compose.services['auth']?.environment ?? {});
    const there = VARIABLES.map(({ name }) => name).filter((name) => !OF_THE_IMAGE.includes(name));
    expect(given.toSorted()).toEqual(there.toSorted());
  });

  it.each([
    [{}, 'http://localhost:3000', '127.0.0.1:3000:3000'],
    [{ PORT: '8080' }, 'http://localhost:8080', '127.0.0.1:8080:3000'],
    [
      { PORT: '8080', MCP_AUTH_ISSUER: 'https://auth.example.com' },
      'https://auth.example.com',
      '127.0.0.1:8080:3000',
    ],
  ])('has an issuer that is where the service is reached, for %j', (variables, issuer, port) => {
    const config = readConfig({ HOST: '0.0.0.0', PORT: '3000', ...environment({ ...NEEDED, ...variables }) });
    expect([config.address.issuer, config.port]).toEqual([issuer, 3000]);
    expect(compose.services['auth']?.ports?.map((each) => interpolate(each, variables))).toEqual([port]);
  });

  it('asks for what it cannot make up', () => {
    for (const name of Object.keys(NEEDED))
      expect(() => environment({ ...NEEDED, [name]: '' })).toThrow(/^set [A-Z_]+ to /);
  });

  it('starts from images of one exact version each', () => {
    expect(compose.services['database']?.image).toMatch(/^postgres:\d+\.\d+-[a-z]+$/);
  });
});

describe('the Dockerfile', () => {
  let file: string;
  beforeAll(async () => {
    file = await readFile(join(ROOT, 'Dockerfile'), 'utf8');
  });

  it('asks for liveness, at the port of the process', () => {
    expect(/^HEALTHCHECK [^]*?\n {2}CMD .*$/m.exec(file)?.[0]).toContain(
      'http://127.0.0.1:${process.env.PORT}/health/live',
    );
    expect(file).toMatch(/^ENV .*\bPORT=3000\b/m);
    expect(file).toMatch(/^EXPOSE 3000$/m);
  });

  it('starts from one exact version of Node.js', () => {
    const images = [...file.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(/^node:22\.\d+\.\d+-slim$/);
  });
});

interface Scarf {
  processDependencyTreeOutput: (
    resolve: (report: unknown) => void,
    reject: (why: Error) => void,
  ) => (error: null, tree: string, said: string) => void;
}

describe('an installation', () => {
  const require = createRequire(import.meta.url);
  const { processDependencyTreeOutput } = require('@scarf/scarf') as Scarf;
  /** What the package that counts installations makes of a tree, as `npm ls` has it. */
  const counted = (service: object) =>
    new Promise((resolve, reject) => {
      const scarf = { dependencies: { '@scarf/scarf': { name: '@scarf/scarf', version: '1.4.0' } } };
      const ui = { name: 'swagger-ui-dist', version: '5.0.0', ...scarf };
      const dependencies = { 'swagger-ui-dist': ui };
      const tree = { name: 'app', version: '1.0.0', dependencies: { service: { ...service, dependencies } } };
      processDependencyTreeOutput(resolve, reject)(null, JSON.stringify(tree), '');
    });

  it('is reported to nobody', async () => {
    const ours = JSON.parse(await readFile(join(ROOT, 'service/package.json'), 'utf8')) as object;
    await expect(counted({ name: 'other', version: '1.0.0' })).resolves.toBeDefined();
    await expect(counted(ours)).rejects.toThrow('Scarf has been disabled');
  });
});
