import 'reflect-metadata';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { All, Controller, Get, Injectable, Module, Req, Res, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Request, Response } from 'express';
import { AccountDirectory, McpAuthGuard, McpAuthModule, McpInteractions, McpSession } from 'nestjs-mcp-auth';

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

@Injectable()
class Users extends AccountDirectory {
  find = async (id: string) => ({ id, name: id }); // look it up among your people
}

@Controller()
class NotesController {
  constructor(private readonly interactions: McpInteractions) {}

  @Get('sign-in') // show your sign-in page here, and end it with this call once you know who it is
  signIn(@Req() request: Request, @Res() response: Response) {
    return this.interactions.completeSignIn(request, response, 'alice');
  }

  @All('mcp')
  @UseGuards(McpAuthGuard)
  call(@Req() request: Request, @Res() response: Response) {
    return answer(request, response, request.body);
  }
}

const issuer = `http://localhost:${process.env['PORT'] ?? 3000}`;
const auth = McpAuthModule.forRoot({
  issuer,
  resource: `${issuer}/mcp`,
  scopes: { 'notes:read': 'Read your notes' },
  loginPage: '/sign-in',
  database: { url: process.env['DATABASE_URL'], dataDir: './data' },
  accounts: Users,
});

@Module({ imports: [auth], controllers: [NotesController], providers: [Users] })
class AppModule {}

void NestFactory.create(AppModule).then((application) => application.listen(new URL(issuer).port));
