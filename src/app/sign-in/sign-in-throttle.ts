import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHash } from 'node:crypto';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { MCP_AUTH_CONNECTION } from '../../index.js';

/** Tries per account and address, and per address, in a minute: slow for a guesser, and never a lock-out for good. */
const PER_ACCOUNT = { points: 10, duration: 60 };
const PER_ADDRESS = { points: 60, duration: 60 };

/** Slows down guessing, in the database, so that every replica counts alike. */
@Injectable()
export class SignInThrottle {
  private readonly perAccount: RateLimiterPostgres;
  private readonly perAddress: RateLimiterPostgres;

  constructor(@InjectDataSource(MCP_AUTH_CONNECTION) dataSource: DataSource) {
    const store = {
      storeClient: dataSource,
      storeType: 'typeorm',
      schemaName: String('schema' in dataSource.options ? dataSource.options.schema : ''),
      tableName: 'signInThrottle',
      tableCreated: true,
      clearExpiredByTimeout: false,
    };
    this.perAccount = new RateLimiterPostgres({ ...store, ...PER_ACCOUNT, keyPrefix: 'account' });
    this.perAddress = new RateLimiterPostgres({ ...store, ...PER_ADDRESS, keyPrefix: 'address' });
  }

  /** Counts a try. Seconds to wait when there were too many; 0 when it may go on. */
  async count(email: string, address: string): Promise<number> {
    try {
      await this.perAddress.consume(address);
      await this.perAccount.consume(accountKey(email, address));
      return 0;
    } catch (error) {
      if (error instanceof RateLimiterRes) return Math.max(1, Math.ceil(error.msBeforeNext / 1000));
      throw error;
    }
  }

  /** Forgets the tries of somebody who turned out to be right. */
  async forgive(email: string, address: string): Promise<void> {
    await this.perAccount.delete(accountKey(email, address));
  }
}

function accountKey(email: string, address: string): string {
  return createHash('sha256').update(`${email}\n${address}`).digest('base64url');
}
