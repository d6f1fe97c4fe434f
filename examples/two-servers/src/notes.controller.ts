import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { All, Controller, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpAuthGuard, type McpSession, RequireScopes, Resource, ToolScopes } from 'nestjs-mcp-auth';
import { z } from 'zod';
import { NOTES } from './addresses.js';

const answer = toNodeHandler(
  createMcpHandler(({ authInfo }) => {
    const session = authInfo?.extra?.['session'] as McpSession;
    const server = new McpServer({ name: 'notes', version: '1.0.0' });
    server.registerTool('read_note', { description: 'Reads your note' }, () => ({
      content: [{ type: 'text', text: `The note of ${session.userId}` }],
    }));
    server.registerTool(
      'delete_note',
      { description: 'Deletes a note', inputSchema: z.object({ id: z.string() }) },
      ({ id }) => ({ content: [{ type: 'text', text: `The note ${id} of ${session.userId} is deleted` }] }),
    );
    return server;
  }),
);

@Controller('mcp')
@UseGuards(McpAuthGuard)
@Resource(NOTES)
export class NotesController {
  @All()
  @RequireScopes('notes:read')
  @ToolScopes({ delete_note: ['notes:delete'] })
  call(@Req() request: Request, @Res() response: Response) {
    return answer(request, response, request.body);
  }
}
