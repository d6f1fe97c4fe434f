import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, McpSecrets } from 'nestjs-mcp-auth';
import { AuditKey } from './entities/audit-key.entity.js';

const PURPOSE = 'audit-key';
const KEY_BYTES = 32;

/** The keys of the chain: random, and sealed under `MCP_AUTH_SECRET`, so that they outlive a change of it. */
@Injectable()
export class AuditKeys {
  private readonly logger = new Logger(AuditKeys.name);
  private loaded: Promise<readonly Buffer[]> | undefined;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly secrets: McpSecrets,
    private readonly clock: Clock,
  ) {}

  /** Those that open, the one in use first; made where there is none. */
  async all(): Promise<readonly [Buffer, ...Buffer[]]> {
    this.loaded ??= this.load();
    try {
      const [current, ...older] = await this.loaded;
      if (current) return [current, ...older];
    } catch (error) {
      this.loaded = undefined;
      throw error;
    }
    this.loaded = undefined;
    throw new Error('The key of the audit was made twice at once.');
  }

  private async load(): Promise<Buffer[]> {
    const rows = await this.keys.find({ order: { generation: 'DESC' } });
    const opened = await Promise.all(rows.map((row) => this.open(row)));
    const known = opened.filter((key) => key !== null);
    if (known.length > 0) return known;
    if (rows.length > 0)
      this.logger.error(
        'No secret opens the key of the audit: what is there cannot be verified with this MCP_AUTH_SECRET, and a new key is made.',
      );
    await this.make((rows[0]?.generation ?? 0) + 1);
    const made = await this.keys.find({ order: { generation: 'DESC' }, take: 1 });
    return (await Promise.all(made.map((row) => this.open(row)))).filter((key) => key !== null);
  }

  private async open({ generation, sealed }: AuditKey): Promise<Buffer | null> {
    const context = String(generation);
    const text = this.secrets.open(PURPOSE, context, sealed);
    const resealed = this.secrets.reseal(PURPOSE, context, sealed);
    if (resealed !== null) await this.keys.update({ generation, sealed }, { sealed: resealed });
    return text === null ? null : Buffer.from(text, 'base64url');
  }

  /** Two replicas that start at once agree on one. */
  private async make(generation: number): Promise<void> {
    const key = randomBytes(KEY_BYTES).toString('base64url');
    const sealed = this.secrets.seal(PURPOSE, String(generation), key);
    const createdAt = new Date(this.clock.now());
    await this.keys
      .createQueryBuilder()
      .insert()
      .values({ generation, sealed, createdAt })
      .orIgnore()
      .execute();
  }

  private get keys() {
    return this.dataSource.getRepository(AuditKey);
  }
}
