import { Injectable } from '@nestjs/common';
import { Database } from './database.js';
import type { GrantFacts } from './issued-token.js';

/** A device that asks, and that somebody may be shown. */
export interface WaitingDevice {
  /** SHA-256 of its device code, in base64url. */
  hash: string;
  clientId: string;
  /** Identifier. */
  resource: string;
  scopes: string[];
  address: string | null;
  userAgent: string | null;
  createdAt: Date;
  expiresAt: Date;
}

export interface NewDevice extends WaitingDevice {
  /** HMAC of its user code, in base64url. */
  userCodeHash: string;
  /** Seconds between two polls. */
  interval: number;
}

/** What a device hears that asks whether somebody has answered. */
export interface PolledDevice {
  answer: 'allowed' | 'denied' | null;
  /** Whether its time is not over. */
  fresh: boolean;
  /** Whether it should have waited longer, and does so for five seconds more from now on. */
  early: boolean;
  /** What the grant says that it was given; null for none. */
  facts: GrantFacts | null;
}

/** Milliseconds that a network may bring two polls closer together. */
const JITTER = 500;
/** Seconds by which the interval grows (RFC 8628 §3.5), and how far. */
const SLOWER = 5;
const SLOWEST = 600;

/** Devices that ask (RFC 8628). What answers them is decided where grants are made, and interactions end. */
@Injectable()
export class DeviceCodeStore {
  constructor(private readonly database: Database) {}

  private readonly insertDevice = this.database.statement(
    'device-insert',
    (table) => `
    INSERT INTO ${table('oauthDeviceCode')} ("hash", "userCodeHash", "clientId", "resource", "scopes", "address",
      "userAgent", "createdAt", "expiresAt", "interval")
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    ON CONFLICT ("userCodeHash") DO NOTHING RETURNING "hash"`,
  );

  private readonly selectWaiting = this.database.statement(
    'device-waiting',
    (table) => `
    SELECT "hash", "clientId", "resource", "scopes", "address", "userAgent", "createdAt", "expiresAt"
    FROM ${table('oauthDeviceCode')} WHERE "userCodeHash" = ANY ($1::text[]) AND "answer" IS NULL AND "expiresAt" > $2`,
  );

  // The lock makes polls of one device follow each other, so that each sees when the one before it was.
  private readonly pollDevice = this.database.statement(
    'device-poll',
    (table) => `
    WITH seen AS MATERIALIZED (
      SELECT "hash", "answer", "expiresAt" > $3 AS "fresh",
        COALESCE("lastPolledAt" + "interval" * interval '1 second' - ${JITTER} * interval '1 millisecond' > $3, false)
          AS "early"
      FROM ${table('oauthDeviceCode')} WHERE "hash" = $1 AND "clientId" = $2 FOR UPDATE
    ), paced AS (
      UPDATE ${table('oauthDeviceCode')} d SET "lastPolledAt" = $3,
        "interval" = CASE WHEN s."early" THEN LEAST(d."interval" + ${SLOWER}, ${SLOWEST}) ELSE d."interval" END
      FROM seen s WHERE d."hash" = s."hash" AND s."answer" IS NULL AND s."fresh"
    )
    SELECT s."answer", s."fresh", s."early", CASE WHEN g."id" IS NOT NULL THEN jsonb_build_object('grantId', g."id",
      'clientId', g."clientId", 'userId', g."userId", 'resource', g."resource", 'redirectUri', g."redirectUri",
      'scopes', g."scopes") END AS "facts"
    FROM seen s LEFT JOIN ${table('oauthAuthorizationCode')} c ON c."hash" = s."hash"
    LEFT JOIN ${table('oauthGrant')} g ON g."id" = c."grantId"`,
  );

  /** False, and nothing is stored, when the user code is taken. */
  async insert(device: NewDevice): Promise<boolean> {
    const inserted = await this.database.one(this.insertDevice, [
      device.hash,
      device.userCodeHash,
      device.clientId,
      device.resource,
      device.scopes,
      device.address,
      device.userAgent,
      device.createdAt,
      device.expiresAt,
      device.interval,
    ]);
    return inserted !== null;
  }

  /** @param userCodeHashes of one user code, under each secret. Null for none that waits for an answer. */
  waiting(userCodeHashes: readonly string[], now: Date): Promise<WaitingDevice | null> {
    return this.database.one(this.selectWaiting, [userCodeHashes, now]);
  }

  /** Notes that a device asks; null for none of this client's. */
  poll(hash: string, clientId: string, now: Date): Promise<PolledDevice | null> {
    return this.database.one(this.pollDevice, [hash, clientId, now]);
  }
}
