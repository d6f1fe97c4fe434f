import { Injectable, Logger } from '@nestjs/common';

/** What the library tells an `AuditLog` of. `detail` has what is said beside each. */
export const AUDIT_ACTIONS = [
  /** A client has a person signed out in their browser, or is refused: by them, or since it asks wrongly. `detail`: `sid`; refused: `error`, `reason`. */
  'logout',
  /** Dynamic registration. `detail`: `name`, `redirectUris`; refused: `error`, `reason`. */
  'client.register',
  /** Refused only: a client may not read its registration (RFC 7592). `detail`: `error`, `reason`. */
  'client.read',
  /** A client replaces its registration. `detail`: `name`, `redirectUris`, `grants`, how many end with it; refused: `error`, `reason`. */
  'client.update',
  /** A client deletes its registration. `detail`: `grants`, how many end with it; refused: `error`, `reason`. */
  'client.delete',
  /** A metadata document names other redirect hosts or keys than a person last consented to. */
  'client.change',
  /** A service account is added or changed while the application runs. `detail`: `resources`, `scopes`, `authMethod`. */
  'service-account.change',
  /** Refused only: what is asked of the authorization endpoint. `detail`: `redirectUri`, `error`, `reason`. */
  'authorization.request',
  /** A client pushes an authorization request (RFC 9126), ahead of the browser. `detail`: `redirectUri`; `scopes`; refused: `error`, `reason`. */
  'authorization.push',
  /** A device asks for codes (RFC 8628). `detail`: `scopes`; refused: `error`, `reason`. */
  'device.authorize',
  /** A person enters the code of a device, which decides nothing. Refused: `error`, `reason`. */
  'device.enter',
  /** A person's yes (success) or no (refused), or a yes that is remembered or needs no asking. `detail`: `scopes`; of a yes `grantId`, `redirectUri`, `asked`, `rule`. */
  'consent',
  /** What the `AuthorizationPolicy` said; the same of one page within a minute is one event. `detail`: `at`, `decision`, `reason`, `requested`, `scopes`, and `actor` of a delegation. */
  'policy.decide',
  /** The policy has changed. `detail`: `grants`, how many it may touch; of the service also `rules`, by name, and what went (`before`) and came (`after`). */
  'policy.change',
  /** Tokens are issued, or not. `detail`: `grantType`; `grantId`, `tokenId`, `scopes`, and `assertionIssuer`, `assertionSubject` of an assertion, `actors`, `subjectGrantId` of a delegation; refused: `error`, `reason`, and the same two of an assertion that was found to be its issuer's. */
  'token.issue',
  /** Refused only: a code or a refresh token came a second time. `detail`: `grantId`, `what`. */
  'token.replay',
  /** A client takes a token back. `detail`: `grantId` or `tokenId`; refused: `error`, `reason`. */
  'token.revoke',
  /** Refused only: a resource server may not introspect. `detail`: `error`, `reason`. */
  'token.introspect',
  /** A grant ends with its tokens. `detail`: `grantId`. */
  'grant.revoke',
  /** All grants of `userId` end. `detail`: `grants`, how many. */
  'user.revoke',
  /** All grants of `clientId` end. `detail`: `grants`, how many, and `disabled`. */
  'client.revoke',
  /** A resource is added or changed while the application runs. `detail`: `enabled`. */
  'resource.change',
  /** A protected resource is retired. */
  'resource.disable',
  /** A disabled resource is back in service. */
  'resource.enable',
  /** All grants made before a time end. `detail`: `before`, `grants`, how many, and `userIds`, `clientIds`, `resources` where only theirs end. */
  'grants.revoke',
  /** With `auditCalls` alone: the guard lets a call of a tool, a prompt or a resource through. `detail`: `method`, `name`, `requestId` (JSON-RPC), `grantId`, `tokenId`; never arguments. */
  'call.admit',
  /** With `auditCalls` alone: a handler that `audited` wraps has ended. `detail` as of `call.admit`, and `result` (`done`, `error`), `milliseconds`. */
  'call.finish',
  /** A signing key has a successor, or is revoked. `detail`: `algorithm`, `keyId`, `revoked`. */
  'key.rotate',
] as const;

/** What happened: one of `AUDIT_ACTIONS`. */
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** A value of an event's `detail`. */
export type AuditDetail = string | number | boolean | null | readonly string[];

/** Something that happened. Never a secret: no code, no token, no password. */
export interface AuditEvent<Action extends string = AuditAction> {
  /** What happened. */
  action: Action;
  /** Whether it was done or turned away. */
  outcome: 'success' | 'refused';
  /** The person who acts, or whom a client acts for. */
  userId?: string | null;
  /** Of a refusal: as the request claims. */
  clientId?: string | null;
  /** Identifier of the protected resource. */
  resource?: string | null;
  /** What is said beside it; `AUDIT_ACTIONS` lists it for each action. */
  detail?: Readonly<Record<string, AuditDetail | undefined>>;
}

/**
 * Learns of everything that the authorization server decides. Extend it and pass the class as `audit`.
 *
 * `record` is called within the asynchronous context of the request, so that an `AsyncLocalStorage` of the host's can
 * say whose it was. Answers do not wait for it: return at once, and write later. What it throws is logged.
 */
export class AuditLog {
  /** Called once for each decision; the default keeps nothing. */
  record(_event: AuditEvent): void {
    // The default keeps nothing.
  }
}

/** The host's log, which is looked up once every module is built. */
@Injectable()
export class HostAuditLog extends AuditLog {
  private readonly logger = new Logger('AuditLog');
  private log = new AuditLog();

  use(log: AuditLog): void {
    this.log = log;
  }

  override record(event: AuditEvent): void {
    try {
      this.log.record(event);
    } catch (error) {
      this.logger.error('An event was not recorded.', error);
    }
  }
}
