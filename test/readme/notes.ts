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
import type { Request, Response } from 'express';
import { AccountDirectory, McpAuthGuard, McpAuthModule, McpInteractions, McpSession } from 'nestjs-mcp-auth';

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

  @Post('mcp')
  @HttpCode(200)
  @UseGuards(McpAuthGuard)
  call(@McpSession() session: McpSession, @Body() message: { id: number }) {
    return { jsonrpc: '2.0', id: message.id, result: { note: `for ${session.userId}` } };
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

const application = await NestFactory.create(AppModule);
await application.listen(new URL(issuer).port);
