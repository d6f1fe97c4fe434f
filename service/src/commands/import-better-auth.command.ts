import { Command, InvalidArgumentError, Option } from 'commander';
import type { StoredSecrets } from 'nestjs-mcp-auth/better-auth';
import { ROLES } from '../web/role.js';
import type { MoveOptions } from './import-better-auth.action.js';
import { DEFAULT_KINDS, type Kind, KINDS } from './import-kinds.js';
import { addPair, addRole } from './pair-option.js';

const STORED_SECRETS: readonly StoredSecrets[] = ['plain', 'hashed', 'encrypted'];

/** Takes over what an application with Better Auth has. */
export function importBetterAuth(): Command {
  return new Command('better-auth')
    .description('Takes over a database of Better Auth 1.3 to 1.7; without --apply it says what it would do.')
    .requiredOption('--from <url>', 'its PostgreSQL database; the password may come from PGPASSWORD')
    .option('--take <kinds>', `some of ${KINDS.join(', ')}; default: ${DEFAULT_KINDS.join(',')}`, readKinds)
    .option('--resource <identifier>', 'MCP server of the clients of 1.3 to 1.6; default: the only one')
    .option('--scopes <scopes>', 'of that server, which those clients get there; default: none', readScopes)
    .option(
      '--role <theirs=ours>',
      `what a role there is here: ${ROLES.join(', ')}, such as admin=administrator; default: member; may be repeated`,
      addRole,
    )
    .option('--provider <theirs=issuer>', 'which provider there is which here; may be repeated', addPair)
    .option('--schema <name>', 'of its tables; default: as the role of the URL finds them')
    .option('--table <model=name>', 'a table that is called otherwise; may be repeated', addPair)
    .option('--column <model.property=name>', 'a column that is called otherwise; may be repeated', addPair)
    .addOption(
      new Option(
        '--client-secrets <how>',
        'how secrets of clients are stored; default: as they look',
      ).choices(STORED_SECRETS),
    )
    .option('--apply', 'writes it, in one transaction; stop the old application first')
    .action(async (options: MoveOptions) =>
      (await import('./import-better-auth.action.js')).moveFromBetterAuth(options),
    );
}

function readKinds(text: string): Kind[] {
  const given = text.split(',').map((kind) => kind.trim());
  const unknown = given.find((kind) => !(KINDS as readonly string[]).includes(kind));
  if (unknown !== undefined) throw new InvalidArgumentError(`It must be some of ${KINDS.join(',')}.`);
  return given as Kind[];
}

function readScopes(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}
