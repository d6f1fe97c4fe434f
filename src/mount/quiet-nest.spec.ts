import { Logger } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { quietly } from './quiet-nest.js';

describe('quietly', () => {
  const said: unknown[] = [];
  const logger = vi.spyOn(Logger.prototype, 'log').mockImplementation((line: unknown) => said.push(line));
  afterEach(() => {
    said.length = 0;
    vi.restoreAllMocks();
    logger.mockImplementation((line: unknown) => said.push(line));
  });

  it('says nothing of a start, also while another one has ended, and everything before and after', async () => {
    let end = () => {};
    const log = (line: string) => new Logger('Start').log(line);
    log('before');
    const long = quietly(async () => {
      await new Promise<void>((resolve) => (end = resolve));
      log('of the long start');
    });
    await quietly(async () => log('of the short start'));
    log('of the host meanwhile');
    end();
    await long;
    log('after');
    expect(said).toEqual(['before', 'of the host meanwhile', 'after']);
  });

  it('leaves the promises of the process without a hook', async () => {
    const disable = vi.spyOn(AsyncLocalStorage.prototype, 'disable');
    const two = [quietly(async () => {}), quietly(async () => {})];
    await Promise.all(two);
    expect(disable).toHaveBeenCalledTimes(1);
  });
});
