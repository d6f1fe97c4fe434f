import 'reflect-metadata';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import {
  All,
  Body,
  Controller,
  Get,
  Header,
  Injectable,
  Module,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
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
class People extends AccountDirectory {
  // Look it up among your people.
  async find(id: string) {
    return { id, name: id };
  }
}

@Controller('sign-in')
class SignInController {
  constructor(private readonly interactions: McpInteractions) {}

  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  async show(@Query('interaction') interaction: string, @Req() request: FastifyRequest) {
    const about = await this.interactions.describe(request, interaction);
    return about ? PAGE : 'Begin in your MCP client.';
  }

  @Post()
  async signIn(
    @Body('account') account: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    // Ask for a password, a passkey or a provider here. Once you know who it is:
    await this.interactions.completeSignIn(request, reply, account);
  }
}

const PAGE =
  '<form method="post"><label>Your name <input name="account"></label><button>Sign in</button></form>';

@Controller('mcp')
@UseGuards(McpAuthGuard)
class NotesController {
  @All()
  async call(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    reply.hijack();
    await answer(request.raw, reply.raw, request.body);
  }
}

const issuer = `http://localhost:${process.env['PORT'] ?? 3000}`;

@Module({
  imports: [
    McpAuthModule.forRoot({
      issuer,
      resource: `${issuer}/mcp`,
      scopes: { 'notes:read': 'Read your notes' },
      loginPage: '/sign-in',
      database: { url: process.env['DATABASE_URL'], dataDir: './data' },
      accounts: People,
    }),
  ],
  controllers: [SignInController, NotesController],
  providers: [People],
})
class AppModule {}

const application = await NestFactory.create(AppModule, new FastifyAdapter());
await application.listen(new URL(issuer).port);
