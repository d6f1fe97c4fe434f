import {
  All,
  Body,
  Controller,
  Get,
  HttpCode,
  Injectable,
  Post,
  Query,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { parse, serialize } from 'cookie';
import type { Request, Response } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  AccountDirectory,
  type AssertedPerson,
  Clock,
  type McpAccount,
  McpAuthGuard,
  McpInteractions,
  McpSession,
  RequireScopes,
  Resource,
  type SignedIn,
  ToolScopes,
} from '../../src/index.js';

const COOKIE = 'host_session';

/** Two people, who sign in by saying who they are. */
@Injectable()
export class TestAccounts extends AccountDirectory {
  readonly people = new Map<string, McpAccount>([
    ['alice', { id: 'alice', name: 'Alice Archer', email: 'alice@example.com', emailVerified: true }],
    ['bob', { id: 'bob', name: 'Bob Baker', email: 'bob@example.com' }],
  ]);
  remember = true;

  async find(accountId: string): Promise<McpAccount | null> {
    return this.people.get(accountId) ?? null;
  }

  /** Whom issuers have asserted: who is whose account, its subject says. */
  readonly assertions: AssertedPerson[] = [];

  override async current({ headers }: IncomingMessage): Promise<SignedIn | null | undefined> {
    if (!this.remember) return undefined;
    const [accountId, time] = (parse(headers.cookie ?? '')[COOKIE] ?? '').split('.');
    return accountId && time ? { accountId, authenticatedAt: new Date(Number(time)) } : null;
  }

  override async asserted(person: AssertedPerson): Promise<McpAccount | null> {
    this.assertions.push(person);
    const { tenant, subject } = person;
    return this.people.get(tenant === null ? subject : `${subject}@${tenant}`) ?? null;
  }
}

/** The same of a host that can sign them out. */
@Injectable()
export class LeavingAccounts extends TestAccounts {
  override async current(request: IncomingMessage): Promise<SignedIn | null | undefined> {
    const signedIn = await super.current(request);
    return signedIn && { ...signedIn, sid: `sid-${signedIn.authenticatedAt.getTime()}` };
  }

  override async endSignIn(_request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.appendHeader('Set-Cookie', serialize(COOKIE, '', { path: '/', maxAge: 0 }));
  }
}

@Controller('sign-in')
export class SignInController {
  constructor(
    private readonly interactions: McpInteractions,
    private readonly accounts: TestAccounts,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(@Query('interaction') interaction: string, @Req() request: Request) {
    const description = await this.interactions.describe(request, interaction);
    return `<form method="post" action="/sign-in"><input type="hidden" name="interaction" value="${description?.id ?? ''}">
      <input name="account"><button>Sign in</button></form>`;
  }

  @Post()
  async signIn(
    @Body() { account, interaction }: { account: string; interaction?: string },
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (this.accounts.remember)
      response.header(
        'Set-Cookie',
        serialize(COOKIE, `${account}.${this.clock.now()}`, { path: '/', httpOnly: true }),
      );
    if (!interaction) {
      response.status(204).send();
      return;
    }
    await this.interactions.completeSignIn(request, response, account);
  }
}

interface RpcMessage {
  id?: number;
}

@Controller('mcp')
@UseGuards(McpAuthGuard)
export class McpController {
  @Post()
  @HttpCode(200)
  @RequireScopes('notes:read')
  @ToolScopes({ write_note: ['notes:write'] })
  call(@McpSession() session: McpSession, @Body() message: RpcMessage) {
    return { jsonrpc: '2.0', id: message.id ?? null, result: { session } };
  }

  @All('every')
  @HttpCode(200)
  @ToolScopes({ write_note: ['notes:write'] })
  every() {
    return { jsonrpc: '2.0', id: null, result: {} };
  }
}

/** A second MCP server in the same application. */
export function filesController(identifier: string) {
  @Controller('files')
  @UseGuards(McpAuthGuard)
  @Resource(identifier)
  class FilesController {
    @Post()
    @HttpCode(200)
    call(@McpSession('userId') userId: string | null) {
      return { jsonrpc: '2.0', id: null, result: { userId } };
    }
  }
  return FilesController;
}
