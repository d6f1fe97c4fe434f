import { Injectable } from '@nestjs/common';
import { McpHealth } from 'nestjs-mcp-auth';
import { ProviderReports } from '../../sign-in/providers/provider-reports.js';
import { HealthSignals } from '../../operations/health-signals.js';

/** One part of the service, as the replica that answers sees it. */
export interface PartHealth {
  name: string;
  isWell: boolean;
  /** What is wrong where something is, and what helps. */
  remedy: string;
}

/** How the parts of the service are; it asks the database nothing: whoever reads the page has been let in by it. */
@Injectable()
export class ServiceHealth {
  constructor(
    private readonly health: McpHealth,
    private readonly signals: HealthSignals,
    private readonly providers: ProviderReports,
  ) {}

  async parts(): Promise<PartHealth[]> {
    const { revocations, clock, signingKeys } = await this.health.readiness();
    const stuck = this.health.stuckLoops();
    const signals = this.signals.read();
    const { unwell } = this.providers;
    return [
      { name: 'Database', isWell: true, remedy: '' },
      {
        name: 'Signing keys',
        isWell: signingKeys,
        remedy: 'This replica cannot sign tokens. Its log says why.',
      },
      {
        name: 'Revocations',
        isWell: revocations,
        remedy: 'This replica has not heard for a while what is revoked, and refuses calls until it does.',
      },
      {
        name: 'Clock',
        isWell: clock,
        remedy: 'The clock of this replica and that of the database differ by more than 30 seconds. Set it.',
      },
      {
        name: 'Audit',
        isWell: signals.get('audit') ?? true,
        remedy: 'Events have waited for their place in the chain for more than 30 seconds. The log says why.',
      },
      {
        name: 'Webhook of approvals',
        isWell: signals.get('approval webhook') ?? true,
        remedy:
          'The last message did not arrive. Each is tried eight times within an hour; the audit says which were given up, and why (client.notify).',
      },
      {
        name: 'Identity providers',
        isWell: unwell.length === 0,
        remedy: `Not well when it was needed last: ${unwell.join(', ')}. The page of identity providers says why.`,
      },
      {
        name: 'Work in the background',
        isWell: stuck.length === 0,
        remedy: `Stuck: ${stuck.join(', ')}. Start this replica again.`,
      },
    ];
  }
}
