import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { McpInteractions } from 'nestjs-mcp-auth';

@Controller('sign-in')
export class SignInController {
  constructor(private readonly interactions: McpInteractions) {}

  @Get()
  show() {
    return '<form method="post"><label>Your name <input name="account"></label><button>Sign in</button></form>';
  }

  @Post()
  async signIn(@Body('account') account: string, @Req() request: Request, @Res() response: Response) {
    // Ask for a password, a passkey or a provider here. Once you know who it is, begin a new session:
    await new Promise<void>((done, failed) =>
      request.session.regenerate((error) => (error ? failed(error) : done())),
    );
    Object.assign(request.session, { accountId: account, authenticatedAt: Date.now() });
    await this.interactions.completeSignIn(request, response, account);
  }
}
