import { Logger } from '@nestjs/common';
import { McpServer } from '@modelcontextprotocol/server';
import { audited } from 'nestjs-mcp-auth';
import { isDatabaseAway } from 'nestjs-mcp-auth/service-kit';
import { SERVICE_VERSION } from '../../config/service-version.js';
import type { Author } from '../../web/author.js';
import { Problem } from '../../web/problem.js';
import { Refusal } from '../../web/refusal.js';
import type { AdminTool } from './admin-tool.js';
import { accessTools } from './access.tools.js';
import { keyTools } from './key.tools.js';
import { serverTools } from './server.tools.js';
import { approvalTools } from './approval.tools.js';
import { auditTools } from './audit.tools.js';
import { clientTools } from './clients.tools.js';
import { connectionTools } from './connections.tools.js';
import { peopleTools } from './people.tools.js';
import { policyTools } from './policy.tools.js';
import { settingsTools } from './settings.tools.js';
import { TOOL_SCOPES } from './tool-scopes.js';
import type { ToolServices } from './tool-services.js';

const logger = new Logger('AdminMcp');

const TOOLS = [
  peopleTools,
  clientTools,
  connectionTools,
  serverTools,
  policyTools,
  approvalTools,
  accessTools,
  keyTools,
  settingsTools,
  auditTools,
];

/** Administration for one request. */
export function createAdminServer(services: ToolServices, author: Author): McpServer {
  const server = new McpServer({ name: 'nestjs-mcp-auth administration', version: SERVICE_VERSION });
  for (const tool of TOOLS.flatMap((make) => make(services))) {
    const { name, description, input, kind, asksStrangers = false } = tool;
    const annotations = {
      readOnlyHint: kind === 'reads',
      destructiveHint: kind === 'destructive',
      openWorldHint: asksStrangers,
    };
    // An argument that nobody knows would select more, where it was meant to select less.
    // Seen by everybody, so that a client asks for the scope when somebody wants to use it.
    server.registerTool(
      name,
      { description, inputSchema: input.strict(), annotations },
      audited((given: Record<string, unknown>) => answer(tool, given, author, services)),
    );
  }
  return server;
}

async function answer(
  tool: AdminTool,
  given: Record<string, unknown>,
  author: Author,
  { trail }: ToolServices,
) {
  if (!author.scopes.includes(TOOL_SCOPES[tool.name])) {
    const reason = 'Your role does not allow this any more.';
    const detail = { route: tool.name, reason };
    trail.record({ action: 'administration', outcome: 'refused', author, detail });
    return failed(reason);
  }
  try {
    return { content: [{ type: 'text' as const, text: JSON.stringify(await tool.run(given, author)) }] };
  } catch (error) {
    return failed(sentence(error, tool.name));
  }
}

function failed(text: string) {
  return { isError: true, content: [{ type: 'text' as const, text }] };
}

/** What the assistant is told; a cause is logged and never sent. */
function sentence(error: unknown, tool: string): string {
  if (error instanceof Problem) {
    const more = JSON.stringify({ ...error.members, etag: error.headers['ETag'] });
    return more === '{}' ? error.message : `${error.message} ${more}`;
  }
  if (error instanceof Refusal) return error.message;
  if (isDatabaseAway(error)) return 'The service is temporarily unavailable. Try again in a moment.';
  logger.error(`The tool ${tool} failed.`, error);
  return 'Something is wrong. Try again in a moment.';
}
