import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { All, Controller, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpAuthGuard, type McpSession } from 'nestjs-mcp-auth';

const answer = toNodeHandler(
  createMcpHandler(({ authInfo }) => {
    const session = authInfo?.extra?.['session'] as McpSession;
    const server = new McpServer({ name: 'notes', version: '1.0.0' });
    server.registerTool('read_note', { description: 'Reads your note' }, () => ({
      content: [{ type: 'text', text: `The note of ${session.userId}` }],
    }));
    return server;
  }),
);

@Controller('mcp')
@UseGuards(McpAuthGuard)
export class NotesController {
  @All()
  call(@Req() request: Request, @Res() response: Response) {
    return answer(request, response, request.body);
  }
}
