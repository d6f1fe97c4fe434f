import type { INestApplicationContext } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import { BetterAuthDatabase, type BetterAuthReport, importBetterAuth } from 'nestjs-mcp-auth/better-auth';
import type { DataSource } from 'typeorm';

/** Moves what clients have to the database of the module: all of it, or nothing. */
export async function moveOver(app: INestApplicationContext, url: string): Promise<BetterAuthReport> {
  const dataSource = app.get<DataSource>(getDataSourceToken(MCP_AUTH_CONNECTION), { strict: false });
  const from = await BetterAuthDatabase.open({ url });
  try {
    return await dataSource.transaction((transaction) =>
      importBetterAuth(app, from, { transaction, scopes: ['mcp:tools'], refreshTokens: true }),
    );
  } finally {
    await from.close();
  }
}
