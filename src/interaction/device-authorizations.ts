import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClientRegistry } from '../clients/client-registry.js';
import { AccountDirectory } from '../host/account-directory.js';
import { Clock } from '../host/clock.js';
import { HostRateLimiter } from '../host/host-rate-limiter.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { DEVICE_GRANT_TYPE, newUserCode, readUserCode, showUserCode } from '../oauth/device.js';
import { InvalidRequestError, TemporarilyUnavailableError } from '../oauth/errors.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { DeviceCodeStore, type WaitingDevice } from '../persistence/device-code.store.js';
import { InteractionStore } from '../persistence/interaction.store.js';
import { Secrets } from '../tokens/secrets.js';
import { BrowserBinding } from './browser-binding.js';
import { USER_CODE } from './interaction-form.js';

/** Seconds that somebody has to fetch another device and sign in there. */
const LIFETIME = 600;
/** Seconds between two polls (RFC 8628 §3.2). */
const INTERVAL = 5;
/** Times that a code is made anew which is taken: one in 10^10 is, of each that waits. */
const TRIES = 3;
/** Purpose of the HMAC of user codes. */
const LOOK_UP = 'device-user-code-look-up';
const CSRF = 'device-code-form';
/** Characters of what a device says it is. */
const LONGEST_USER_AGENT = 300;

/** What a device asks for, found right. */
export interface AskingDevice {
  clientId: string;
  resource: string;
  scopes: string[];
  address: string | undefined;
  userAgent: string | undefined;
}

/** The answer of the device authorization endpoint (RFC 8628 §3.2). */
export interface DeviceAuthorizationResponse {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete: string;
  /** Seconds. */
  expires_in: number;
  /** Seconds. */
  interval: number;
}

/** Devices without a browser that ask, and the browsers in which a person answers them (RFC 8628). */
@Injectable()
export class DeviceAuthorizations {
  constructor(
    private readonly settings: McpAuthSettings,
    private readonly store: DeviceCodeStore,
    private readonly interactions: InteractionStore,
    private readonly clients: ClientRegistry,
    private readonly accounts: AccountDirectory,
    private readonly browser: BrowserBinding,
    private readonly secrets: Secrets,
    private readonly limits: HostRateLimiter,
    private readonly clock: Clock,
  ) {}

  /** Gives a device its codes. */
  async begin({ address, userAgent, ...asked }: AskingDevice): Promise<DeviceAuthorizationResponse> {
    const deviceCode = newOpaqueToken();
    const now = this.clock.now();
    const device = {
      ...asked,
      hash: digest(deviceCode),
      address: address ?? null,
      userAgent: userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
      createdAt: new Date(now),
      expiresAt: new Date(now + LIFETIME * 1000),
      interval: INTERVAL,
    };
    for (let tried = 0; tried < TRIES; tried += 1) {
      const userCode = newUserCode();
      const userCodeHash = this.secrets.authenticate(LOOK_UP, userCode);
      if (!(await this.store.insert({ ...device, userCodeHash }))) continue;
      const shown = showUserCode(userCode);
      const uri = `${this.settings.issuer}/device`;
      return {
        device_code: deviceCode,
        user_code: shown,
        verification_uri: uri,
        verification_uri_complete: `${uri}?user_code=${shown}`,
        expires_in: LIFETIME,
        interval: INTERVAL,
      };
    }
    throw new TemporarilyUnavailableError('No code is free at the moment.');
  }

  /** What the form of a code is sent with, in the browser that was shown it: no other page sends anybody past that form. */
  csrf(request: IncomingMessage, response: ServerResponse): string {
    return this.secrets.authenticate(CSRF, this.browser.establish(request, response));
  }

  /**
   * Begins the interaction of the device that shows this code, in this browser: the device, and where the browser goes.
   * @throws InvalidRequestError for another page's form, for what is no code, or none that waits for an answer.
   * @throws TooManyRequestsError where too many were begun: nothing is stored then.
   */
  async enter(
    { typed, csrf }: { typed: string; csrf: string },
    { request, response }: { request: IncomingMessage & { ip?: string }; response: ServerResponse },
  ): Promise<{ device: WaitingDevice; location: string }> {
    const browserHash = this.browser.read(request);
    if (browserHash === null || !this.secrets.verify(CSRF, browserHash, csrf))
      throw new InvalidRequestError('Is this the code that your device shows? Then send it once more.');
    const userCode = readUserCode(typed);
    const now = new Date(this.clock.now());
    const hashes = userCode === null ? [] : this.secrets.authenticateAll(LOOK_UP, userCode);
    const device = userCode === null ? null : await this.store.waiting(hashes, now);
    const client = device && (await this.clients.load(device.clientId, request.ip));
    if (userCode === null || !device || !client || client.disabled)
      throw new InvalidRequestError(
        'This code is not known, or no longer good. Look at your device again, or begin again there.',
      );
    const remembered = await this.accounts.current(request);
    await this.limits.countAuthorization(remembered?.accountId ?? null, request.ip);
    const { hash, clientId, resource, scopes, address, userAgent, createdAt, expiresAt } = device;
    const id = randomUUID();
    const stored = {
      id,
      request: {
        clientId,
        redirectUri: DEVICE_GRANT_TYPE,
        resource,
        scopes,
        codeChallenge: DEVICE_GRANT_TYPE,
        prompts: [],
        device: {
          hash,
          sealedUserCode: this.secrets.seal(USER_CODE, hash, Buffer.from(userCode)).toString('base64url'),
          address,
          userAgent,
          requestedAt: createdAt.toISOString(),
          expiresAt: expiresAt.toISOString(),
        },
      },
      accountId: null,
      authenticatedAt: null,
      sid: null,
      amr: null,
      acr: null,
      createdAt: now,
    };
    const ends = new Date(now.getTime() + this.settings.lifetimes.interaction * 1000);
    await this.interactions.insert(stored, this.browser.establish(request, response), ends, null);
    return { device, location: `${this.settings.issuer}/interaction/${id}` };
  }
}
