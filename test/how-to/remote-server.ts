import 'reflect-metadata';
import { Body, Controller, HttpCode, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { McpAuthGuard, McpResourceModule, McpSession, RequireScopes } from 'nestjs-mcp-auth/resource';

@Controller('mcp')
@UseGuards(McpAuthGuard)
class FilesController {
  @Post()
  @HttpCode(200)
  @RequireScopes('tools:use')
  call(@McpSession() session: McpSession, @Body() message: { id?: number }) {
    return { jsonrpc: '2.0', id: message.id ?? null, result: { user: session.userId } };
  }
}

@Module({
  imports: [
    McpResourceModule.forRoot({
      issuer: process.env['ISSUER'] ?? 'http://localhost:3000',
      resource: process.env['RESOURCE'] ?? 'http://localhost:4000/mcp',
      scopes: { 'tools:use': 'Use the tools' },
    }),
  ],
  controllers: [FilesController],
})
class FilesModule {}

const application = await NestFactory.create(FilesModule, { logger: ['error', 'warn'] });
await application.listen(process.env['PORT'] ?? 4000, '127.0.0.1');
