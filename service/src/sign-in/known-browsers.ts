import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { McpSecrets } from 'nestjs-mcp-auth';
import { linkHash } from '../people/link-token.js';
import { normaliseEmail } from '../people/users.js';
import { PublicAddress } from '../config/public-address.js';
import { ServiceCookie } from '../web/cookies.js';

const PURPOSE = 'known-browser';
/** Seconds; browsers keep no cookie for longer than 400 days. */
const LIFETIME = 31_536_000;
/** People who share a browser. */
const MOST_PEOPLE = 8;

interface KnownBrowser {
  id: string;
  /** SHA-256 of the emails, the last one first. */
  people: readonly string[];
}

/**
 * Tells the browsers in which people have signed in from those of strangers, by a sealed cookie. It lets nobody in: it
 * keeps strangers who guess from using up the tries of the owner.
 */
@Injectable()
export class KnownBrowsers {
  private readonly cookie: ServiceCookie;

  constructor(
    private readonly secrets: McpSecrets,
    address: PublicAddress,
  ) {
    this.cookie = new ServiceCookie('mcp_auth_browser', address);
  }

  /** The id of the browser when this person has signed in with it; null for a strange one. */
  idFor(request: IncomingMessage, email: string): string | null {
    const known = this.read(request);
    return known?.people.includes(linkHash(normaliseEmail(email))) ? known.id : null;
  }

  /** Notes that this person has proved who they are in this browser. */
  remember(request: IncomingMessage, response: ServerResponse, email: string): void {
    const { id, people } = this.read(request) ?? { id: randomUUID(), people: [] };
    const person = linkHash(normaliseEmail(email));
    const known: KnownBrowser = {
      id,
      people: [person, ...people.filter((other) => other !== person)].slice(0, MOST_PEOPLE),
    };
    this.cookie.write(response, this.secrets.seal(PURPOSE, '', JSON.stringify(known)), LIFETIME);
  }

  private read(request: IncomingMessage): KnownBrowser | null {
    const sealed = this.cookie.read(request);
    const text = sealed === undefined ? null : this.secrets.open(PURPOSE, '', sealed);
    return text === null ? null : (JSON.parse(text) as KnownBrowser);
  }
}
