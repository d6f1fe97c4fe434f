import { Injectable } from '@nestjs/common';
import { McpResources } from 'nestjs-mcp-auth';
import { Approvals } from '../../policy/approvals.js';
import { type PartHealth, ServiceHealth } from './service-health.js';

/** What an administrator may have to do something about. */
export interface Attention {
  parts: readonly PartHealth[];
  /** Kinds of applications that wait for approval. */
  waiting: number;
  /** MCP servers that are disabled. */
  disabled: number;
}

@Injectable()
export class AttentionReader {
  constructor(
    private readonly approvals: Approvals,
    private readonly health: ServiceHealth,
    private readonly resources: McpResources,
  ) {}

  async read(): Promise<Attention> {
    const [parts, waiting] = await Promise.all([this.health.parts(), this.approvals.waiting()]);
    const disabled = this.resources.all().filter(({ enabled }) => !enabled).length;
    return { parts, waiting, disabled };
  }
}
