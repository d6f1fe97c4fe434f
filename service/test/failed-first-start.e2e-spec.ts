import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestClock } from '../../test/support/clock.js';
import { startStandalone } from './support/standalone.js';

describe('a first start on a new data folder', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-first-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('leaves no secret behind where it fails, and one where it succeeds', async () => {
    const clock = new TestClock();
    clock.skew(-45);
    const environment = { MCP_AUTH_DATA_DIR: folder };
    await expect(startStandalone(environment, false, clock)).rejects.toThrow('clock is 45');
    expect(await readdir(folder)).not.toContain('secret');
    const service = await startStandalone(environment, false);
    expect(await readdir(folder)).toContain('secret');
    await service.close();
  });
});
