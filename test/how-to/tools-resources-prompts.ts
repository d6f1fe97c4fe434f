import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { ListToolsRequestSchema, type Tool } from '@modelcontextprotocol/sdk/types.js';
import { All, Controller, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import {
  audited,
  McpAuthGuard,
  type McpSession,
  permitted,
  PromptScopes,
  RequireScopes,
  ResourceScopes,
  ToolScopes,
} from 'nestjs-mcp-auth';
import { z } from 'zod';

// What the fragments of docs/how-to/tools-resources-prompts.md stand in.

const said = (text: string) => ({ content: [{ type: 'text' as const, text }] });
const deleteNote = () => said('It is deleted.');
const renameNote = async ({ id }: { id: string }) => said(`${id} is renamed.`);
const inputSchema = z.object({ id: z.string() });

const answer = toNodeHandler(
  createMcpHandler(({ authInfo }) => {
    const session = authInfo?.extra?.['session'] as McpSession;
    const server = new McpServer({ name: 'notes', version: '1.0.0' });

    const tool = server.registerTool('delete_note', { description: 'Deletes your note' }, deleteNote);
    if (!session.may('delete_note')) tool.disable();

    server.registerTool('rename_note', { inputSchema }, audited(renameNote));

    return server;
  }),
);

@Controller('mcp')
@UseGuards(McpAuthGuard)
export class NotesController {
  @All()
  @RequireScopes('notes:read')
  @ToolScopes({ delete_note: ['notes:delete'] })
  @ResourceScopes({ 'note://{id}': ['notes:read'], 'note://{id}/history': ['notes:audit'] })
  @PromptScopes({ rewrite: ['notes:write'] })
  handle(@Req() request: Request, @Res() response: Response) {
    return answer(request, response, request.body);
  }
}

/** A server of SDK 1, which makes its lists by handlers. */
export function listing(session: McpSession, TOOLS: Tool[]): Server {
  const server = new Server({ name: 'notes', version: '1.0.0' }, { capabilities: { tools: {} } });

  server.setRequestHandler(ListToolsRequestSchema, () => permitted(session, { tools: TOOLS }));

  return server;
}
