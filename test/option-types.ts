// What the start would refuse, the types refuse: compiled by `npm run typecheck`, and never run.
import { AccountDirectory, McpAuthModule, type McpAuthOptions } from '../src/index.js';
import { McpResourceModule } from '../src/resource.js';

class Users extends AccountDirectory {
  find = async () => null;
}
class NoDirectory {}

const options: McpAuthOptions = {
  issuer: 'https://auth.example.com',
  resource: 'https://api.example.com/mcp',
  loginPage: '/sign-in',
  database: { url: process.env['DATABASE_URL'], dataDir: './data' },
};

export const taken = [
  McpAuthModule.forRoot({ ...options, accounts: Users }),
  McpAuthModule.forRoot({ ...options, accounts: Users, database: { url: 'postgres://localhost/auth' } }),
  McpAuthModule.forRootAsync({ useFactory: async () => options, accounts: Users }),
  McpResourceModule.forRoot({ issuer: options.issuer, resource: options.resource }),
];

export const refused = [
  // @ts-expect-error: accounts are missing.
  McpAuthModule.forRoot(options),
  // @ts-expect-error: accounts are missing.
  McpAuthModule.forRootAsync({ useFactory: async () => options }),
  // @ts-expect-error: accounts are undefined.
  McpAuthModule.forRoot({ ...options, accounts: undefined }),
  // @ts-expect-error: accounts are an instance.
  McpAuthModule.forRoot({ ...options, accounts: new Users() }),
  // @ts-expect-error: accounts are no AccountDirectory.
  McpAuthModule.forRoot({ ...options, accounts: NoDirectory }),
  // @ts-expect-error: the resource is missing.
  McpAuthModule.forRoot({ ...options, resource: undefined, accounts: Users }),
  // @ts-expect-error: options are missing.
  McpAuthModule.forRoot(),
  // @ts-expect-error: the resource is missing.
  McpResourceModule.forRoot({ issuer: options.issuer }),
  // @ts-expect-error: the factory gives nothing.
  McpAuthModule.forRootAsync({ useFactory: () => undefined, accounts: Users }),
];
