import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { hkdfSync, randomBytes } from 'node:crypto';
import { DataSource, IsNull } from 'typeorm';
import { Clock, MCP_AUTH_CONNECTION, McpSecrets } from 'nestjs-mcp-auth';
import { AuditKey } from './entities/audit-key.entity.js';
import { authenticate } from './audit-mac.js';
import { WrongSecretError } from './wrong-secret.error.js';

const PURPOSE = 'audit-key';
/** A key that was made when every process marked its events already; versions before made 32. All of it is the key. */
const KEY_BYTES = 33;
const DIGEST_KEY_BYTES = 32;

export interface OpenedAuditKey {
  generation: number;
  key: Buffer;
  /** Since when processes mark their events under it; null when none has said so, or somebody else did. */
  marksSince: Date | null;
  /** Whether no version that marks nothing can ever have written here: the key itself says so. */
  marksAll: boolean;
}

/** The keys of the audit: random, and sealed under `MCP_AUTH_SECRET`, so that they outlive a change of it. */
@Injectable()
export class AuditKeys implements OnModuleInit {
  private loaded: Promise<OpenedAuditKey> | undefined;

  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly secrets: McpSecrets,
    private readonly clock: Clock,
  ) {}

  /** A start with the wrong secret ends before anything is written. */
  async onModuleInit(): Promise<void> {
    await this.opened();
  }

  /** Those that open, the newest first; writes nothing. @throws WrongSecretError when there are some, and none opens. */
  async opened(): Promise<OpenedAuditKey[]> {
    const rows = await this.keys.find({ order: { generation: 'DESC' } });
    const opened = rows.map((row) => this.open(row)).filter((key) => key !== null);
    if (rows.length > 0 && opened.length === 0) throw new WrongSecretError();
    return opened;
  }

  /** The one in use; made where there is none, and sealed under the first of several secrets. */
  current(): Promise<OpenedAuditKey> {
    this.loaded ??= this.load().catch((error: unknown) => {
      this.loaded = undefined;
      throw error;
    });
    return this.loaded;
  }

  private async load(): Promise<OpenedAuditKey> {
    if (!(await this.keys.exists())) await this.make(1);
    const [current] = await this.opened();
    if (!current) throw new Error('The key of the audit is gone.');
    const marksSince = new Date(this.clock.now());
    const marksMac = signMarksSince(current.key, marksSince);
    const { generation } = current;
    await this.keys.update({ generation, marksSince: IsNull() }, { marksSince, marksMac });
    for (const row of await this.keys.find()) await this.reseal(row);
    return current;
  }

  private open({ generation, sealed, marksSince, marksMac }: AuditKey): OpenedAuditKey | null {
    const text = this.secrets.open(PURPOSE, String(generation), sealed);
    if (text === null) return null;
    const key = Buffer.from(text, 'base64url');
    const isOurs = marksSince !== null && marksMac === signMarksSince(key, marksSince);
    const marksAll = key.length === KEY_BYTES;
    return { generation, key, marksSince: isOurs ? marksSince : null, marksAll };
  }

  private async reseal({ generation, sealed }: AuditKey): Promise<void> {
    const resealed = this.secrets.reseal(PURPOSE, String(generation), sealed);
    if (resealed !== null) await this.keys.update({ generation, sealed }, { sealed: resealed });
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

/** What stands for a name that nobody here has: it can be looked for, and not be read. */
export function nameDigest(key: Buffer, name: string): string {
  const digestKey = Buffer.from(hkdfSync('sha256', key, '', 'nestjs-mcp-auth/audit-name', DIGEST_KEY_BYTES));
  return authenticate(digestKey, ['name', name]);
}

function signMarksSince(key: Buffer, marksSince: Date): string {
  return authenticate(key, ['marks-since', marksSince.toISOString()]);
}
