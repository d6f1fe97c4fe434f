import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { type AuditEvent, AuditLog } from '../host/audit-log.js';
import { Clock } from '../host/clock.js';
import { McpAuthSettings } from '../host/mcp-auth-settings.js';
import { LONGEST_ACCESS_TOKEN } from '../oauth/access-token.js';
import { codeResponse, deviceResponse } from '../oauth/authorization-response.js';
import { newRowId } from '../oauth/growing-id.js';
import { digest, newOpaqueToken } from '../oauth/opaque-token.js';
import { OPENID } from '../oauth/server-scopes.js';
import { type ConsentBasis, GrantStore } from '../persistence/grant.store.js';
import { IdTokenIssuer } from '../tokens/id-token-issuer.js';
import { KnownGrants } from '../tokens/known-grants.js';
import { consentKey } from './consent.prompt.js';
import { InteractionAnswers } from './interaction-answers.js';
import type { Interaction } from './interaction.js';
import { isRefreshable } from './refreshable.js';

/** How a request came to its end. */
export interface Completion {
  basis: ConsentBasis;
  /** What the browser sent, by its SHA-256; null for a request that has no interaction to end. */
  form: { message: IncomingMessage; hash: string } | null;
}

/** Turns a person's yes into a grant and its code. */
@Injectable()
export class GrantApproval {
  constructor(
    private readonly grants: GrantStore,
    private readonly settings: McpAuthSettings,
    private readonly clock: Clock,
    private readonly idTokens: IdTokenIssuer,
    private readonly known: KnownGrants,
    private readonly answers: InteractionAnswers,
    private readonly audit: AuditLog,
  ) {}

  /** Where the browser goes; null when it was answered before, a remembered consent is gone, or the client is another by now. */
  async approve(
    interaction: Interaction,
    scopes: string[],
    { basis, form }: Completion,
  ): Promise<string | null> {
    const { id, browserHash, client, request, person, resource, decision } = interaction;
    if (!person || decision?.outcome !== 'allowed') throw new Error('Nobody may approve this.');
    const { clientId } = client;
    const context = { account: person.account, clientId, resource: resource.identifier, scopes };
    const idTokenClaims = scopes.includes(OPENID) ? await this.idTokens.claims(context) : null;
    const { lifetimes } = this.settings;
    const now = this.clock.now();
    const { device } = request;
    const code = newOpaqueToken();
    const createdAt = new Date(now);
    const grantId = newRowId(createdAt);
    const codeHash = device?.hash ?? digest(code);
    const { userId, redirectHost, clientDigest } = consentKey(interaction);
    const { redirectUri } = request;
    const redirect = device
      ? deviceResponse(this.settings.issuer, 'allowed')
      : codeResponse(request, this.settings.issuer, code);
    const codeEnds = Math.max(now + lifetimes.code * 1000, device ? Date.parse(device.expiresAt) : 0);
    const inserted = await this.grants.insert(
      {
        id: grantId,
        userId,
        clientId,
        redirectHost,
        resource: resource.identifier,
        clientDigest,
        consentId: newRowId(createdAt),
        redirectUri,
        deviceHash: device?.hash ?? null,
        keyThumbprint: request.keyThumbprint ?? null,
        scopes,
        refreshable: isRefreshable(client, scopes),
        basis,
        authenticatedAt: person.authenticatedAt,
        signIn: person,
        createdAt,
        expiresAt: new Date(now + lifetimes.grant * 1000),
        lastTokenExpiresAt: new Date(now + LONGEST_ACCESS_TOKEN * 1000),
        document: client.source === 'document' ? client : null,
        clientRevision: client.revision ?? null,
        code: {
          hash: codeHash,
          codeChallenge: request.codeChallenge,
          nonce: request.nonce ?? null,
          idTokenClaims,
          expiresAt: new Date(codeEnds),
        },
      },
      form && { id, browserHash, answer: this.answers.seal(interaction, form.message, form.hash, redirect) },
    );
    if (!inserted) return null;
    this.known.remember(codeHash, {
      grantId,
      clientId,
      userId,
      resource: resource.identifier,
      redirectUri,
      scopes,
    });
    const detail = { grantId, scopes, redirectUri, asked: form !== null, rule: decision.reason };
    this.record(interaction, 'success', detail);
    return redirect;
  }

  /** Notes that the person said no. */
  deny(interaction: Interaction): void {
    this.record(interaction, 'refused', { scopes: interaction.scopes });
  }

  private record(
    { person, client: { clientId }, resource }: Interaction,
    outcome: AuditEvent['outcome'],
    detail: AuditEvent['detail'],
  ): void {
    const facts = { userId: person?.account.id, clientId, resource: resource.identifier };
    this.audit.record({ action: 'consent', outcome, ...facts, detail });
  }
}
