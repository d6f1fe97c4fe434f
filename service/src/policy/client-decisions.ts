import { redirectHost } from 'nestjs-mcp-auth/service-kit';
import type { PolicyQuestion } from 'nestjs-mcp-auth';
import { isSelected } from '../config/client-selector.js';
import type { ClientDecision } from './entities/client-decision.entity.js';

/** What administrators have said of a client, for somebody; null for nothing. */
export type Standing = ClientDecision['outcome'] | null;

type Asked = Pick<PolicyQuestion, 'client' | 'redirectUri' | 'account'>;

/** What administrators have said of clients and their kinds, in memory. */
export class ClientDecisions {
  private readonly single = new Map<string, ClientDecision[]>();
  private readonly kinds: ClientDecision[] = [];

  constructor(readonly all: readonly ClientDecision[]) {
    for (const decision of all) {
      if (!decision.isClient) this.kinds.push(decision);
      else this.single.set(decision.kind, [...(this.single.get(decision.kind) ?? []), decision]);
    }
  }

  /**
   * A refusal counts more than an approval, whichever came first.
   * @param now milliseconds since 1970, by the database's time.
   */
  of(asked: Asked, now: number): Standing {
    return this.said(asked, now, () => true);
  }

  /**
   * The same, where an approval counts of this very client alone, since anybody may register one of its kind, and by a
   * person at a page: a program that may approve would let its own clients administer.
   */
  ofClient(asked: Asked, now: number): Standing {
    return this.said(
      asked,
      now,
      ({ isClient, atPage, outcome }) => (isClient && atPage) || outcome === 'refused',
    );
  }

  private said(asked: Asked, now: number, counts: (decision: ClientDecision) => boolean): Standing {
    const found = [...(this.single.get(asked.client.clientId) ?? []), ...this.kinds]
      .filter(
        (decision) =>
          counts(decision) && !isOver(decision, now) && isFor(decision, asked) && isAbout(decision, asked),
      )
      .map(({ outcome }) => outcome);
    if (found.includes('refused')) return 'refused';
    return found.includes('approved') ? 'approved' : null;
  }
}

/** Whether it counts no more. */
export function isOver({ until }: Pick<ClientDecision, 'until'>, now: number): boolean {
  return until !== null && until.getTime() <= now;
}

function isFor({ userId }: ClientDecision, { account }: Asked): boolean {
  return userId === '' || userId === account?.id;
}

/** Whoever agreed to a single client agreed to what they saw: its name, and the hosts that it is sent back to. */
function isAbout(
  { kind, isClient, outcome, clientName, redirectHosts }: ClientDecision,
  asked: Asked,
): boolean {
  if (!isClient) return isSelected([kind], asked);
  if (outcome === 'refused') return true;
  const { client, redirectUri } = asked;
  const isSentThere =
    redirectUri === null || redirectHosts === null || redirectHosts.includes(redirectHost(redirectUri));
  return client.name === clientName && isSentThere;
}
