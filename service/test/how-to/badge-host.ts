import 'reflect-metadata';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Injectable,
  Module,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request, Response } from 'express';
import { AccountDirectory, McpAuthGuard, McpAuthModule, McpInteractions, McpSession } from 'nestjs-mcp-auth';
import passport from 'passport';

const BADGES = new Map([['badge-of-alice', 'alice']]);

/** Any passport strategy does: SAML, LDAP, GitHub, or one of your own like this. */
class BadgeStrategy extends passport.Strategy {
  override name = 'badge';

  override authenticate(request: Request<object, object, { badge?: string }>): void {
    const id = BADGES.get(request.body.badge ?? '');
    if (id === undefined) this.fail(401);
    else this.success({ id });
  }
}
passport.use(new BadgeStrategy());

@Injectable()
class People extends AccountDirectory {
  find = async (id: string) => ([...BADGES.values()].includes(id) ? { id, name: id } : null);
}

@Controller('sign-in')
class SignInController {
  constructor(private readonly interactions: McpInteractions) {}

  @Get()
  show() {
    return '<form method="post"><input name="badge"><button>Sign in</button></form>';
  }

  /** The strategy has said who it is; the library takes the browser on. */
  @Post()
  @UseGuards(AuthGuard('badge'))
  finish(@Req() request: Request & { user: { id: string } }, @Res() response: Response) {
    return this.interactions.completeSignIn(request, response, request.user.id);
  }
}

@Controller('mcp')
@UseGuards(McpAuthGuard)
class ToolsController {
  @Post()
  @HttpCode(200)
  call(@McpSession() session: McpSession, @Body() message: { id?: number }) {
    return { jsonrpc: '2.0', id: message.id ?? null, result: { user: session.userId } };
  }
}

const issuer = `http://localhost:${process.env['PORT'] ?? 3000}`;

@Module({
  imports: [
    McpAuthModule.forRoot({
      issuer,
      resource: `${issuer}/mcp`,
      scopes: { 'tools:use': 'Use the tools' },
      loginPage: '/sign-in',
      database: { url: process.env['DATABASE_URL'], dataDir: './data' },
      accounts: People,
    }),
  ],
  controllers: [SignInController, ToolsController],
  providers: [People],
})
class AppModule {}

const application = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
await application.listen(new URL(issuer).port);
