import { Module } from '@nestjs/common';
import { McpAuthModule } from 'nestjs-mcp-auth';
import { FILES, ISSUER, NOTES } from './addresses.js';
import { FilesController } from './files.controller.js';
import { NotesController } from './notes.controller.js';
import { People, SignInController } from './people.js';

@Module({
  imports: [
    McpAuthModule.forRoot({
      issuer: ISSUER,
      resource: [
        {
          identifier: NOTES,
          name: 'Notes',
          scopes: { 'notes:read': 'Read your notes', 'notes:delete': 'Delete your notes' },
          // What a client is told to ask for first: it asks for the other when a tool needs it.
          challengeScopes: ['notes:read'],
        },
        { identifier: FILES, name: 'Files', scopes: { 'files:read': 'Read your files' } },
      ],
      loginPage: '/sign-in',
      database: { url: process.env['DATABASE_URL'], dataDir: './data' },
      accounts: People,
    }),
  ],
  controllers: [SignInController, NotesController, FilesController],
  providers: [People],
})
export class AppModule {}
