import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { All, Controller, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpAuthGuard, type McpSession, RequireScopes, Resource } from 'nestjs-mcp-auth';
import { FILES } from './addresses.js';

const answer = toNodeHandler(
  createMcpHandler(({ authInfo }) => {
    const session = authInfo?.extra?.['session'] as McpSession;
    const server = new McpServer({ name: 'files', version: '1.0.0' });
    server.registerTool('read_file', { description: 'Reads your file' }, () => ({
      content: [{ type: 'text', text: `The file of ${session.userId}` }],
    }));
    return server;
  }),
);

@Controller('files')
@UseGuards(McpAuthGuard)
@Resource(FILES)
export class FilesController {
  @All()
  @RequireScopes('files:read')
  call(@Req() request: Request, @Res() response: Response) {
    return answer(request, response, request.body);
  }
}
