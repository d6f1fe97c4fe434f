import { Module } from '@nestjs/common';
import { McpAuthModule } from 'nestjs-mcp-auth';
import { NotesController } from './notes.controller';
import { People } from './people';
import { SignInController } from './sign-in.controller';

export const ISSUER = `http://localhost:${process.env['PORT'] ?? 3000}`;

@Module({
  imports: [
    McpAuthModule.forRoot({
      issuer: ISSUER,
      resource: `${ISSUER}/mcp`,
      scopes: { 'notes:read': 'Read your notes' },
      loginPage: '/sign-in',
      database: { url: process.env['DATABASE_URL'], dataDir: './data' },
      accounts: People,
    }),
  ],
  controllers: [SignInController, NotesController],
  providers: [People],
})
export class AppModule {}
