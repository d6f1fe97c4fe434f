/** Files of a stock application with an MCP server, and its tests, as `docs/how-to/testing.md` has them. */
export const APPLICATION: Record<string, string> = {
  'src/notes.controller.ts': `
import { Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { McpAuthGuard, McpSession, RequireScopes, ToolScopes } from 'nestjs-mcp-auth';

@Controller('mcp')
@UseGuards(McpAuthGuard)
export class NotesController {
  @Post()
  @HttpCode(200)
  @RequireScopes('notes:read')
  @ToolScopes({ delete_note: ['notes:delete'] })
  call(@McpSession() session: McpSession) {
    return { user: session.userId, mayDelete: session.may('delete_note') };
  }
}
`,
  'src/app.module.ts': `
import { Controller, Get, Injectable, Module, Req, Res } from '@nestjs/common';
import { AccountDirectory, McpAuthModule, McpInteractions } from 'nestjs-mcp-auth';
import { NotesController } from './notes.controller';

@Injectable()
class Users extends AccountDirectory {
  async find(id: string) {
    return { id, name: id };
  }
}

@Controller()
class SignInController {
  constructor(private readonly interactions: McpInteractions) {}

  @Get('sign-in')
  signIn(@Req() request: any, @Res() response: any) {
    return this.interactions.completeSignIn(request, response, 'alice');
  }
}

@Module({
  imports: [
    McpAuthModule.forRoot({
      issuer: 'http://localhost:3000',
      resource: 'http://localhost:3000/mcp',
      scopes: { 'notes:read': 'Read notes', 'notes:delete': 'Delete notes' },
      loginPage: '/sign-in',
      database: { dataDir: process.env['DATA_DIR'] },
      accounts: Users,
    }),
  ],
  controllers: [NotesController, SignInController],
  providers: [Users],
})
export class AppModule {}
`,
  'src/notes.controller.spec.ts': `
const started = process.cpuUsage();
import { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { McpAuthGuard } from 'nestjs-mcp-auth';
import { guardFor } from 'nestjs-mcp-auth/testing';
import { writeFileSync } from 'node:fs';
import request from 'supertest';
import { NotesController } from './notes.controller';

describe('NotesController', () => {
  let app: INestApplication;
  afterEach(() => app.close());

  it('answers whoever is let in', async () => {
    const module = await Test.createTestingModule({ controllers: [NotesController] })
      .overrideGuard(McpAuthGuard)
      .useValue(guardFor({ userId: 'alice', scopes: ['notes:read'] }))
      .compile();
    app = module.createNestApplication();
    await app.init();
    const { user, system } = process.cpuUsage(started);
    writeFileSync(process.env['STARTED'] ?? '', String((user + system) / 1000));
    await request(app.getHttpServer()).post('/mcp').expect(200, { user: 'alice', mayDelete: false });
  });
});
`,
  'src/notes.tokens.spec.ts': `
import { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TestTokens } from 'nestjs-mcp-auth/testing';
import request from 'supertest';
import { NotesController } from './notes.controller';

describe('NotesController behind the real guard', () => {
  let app: INestApplication;
  afterEach(() => app.close());

  it('takes a token with the scopes of the tool', async () => {
    const tokens = new TestTokens({
      resource: 'http://localhost/mcp',
      scopes: { 'notes:read': 'Read notes', 'notes:delete': 'Delete notes' },
    });
    const module = await Test.createTestingModule({
      imports: [tokens.module],
      controllers: [NotesController],
    }).compile();
    app = module.createNestApplication();
    await app.init();
    const call = (token: string) =>
      request(app.getHttpServer())
        .post('/mcp')
        .set('Authorization', 'Bearer ' + token)
        .send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'delete_note' } });
    await request(app.getHttpServer()).post('/mcp').expect(401);
    await call(await tokens.issue({ scopes: ['notes:read'] })).expect(403);
    await call(await tokens.issue({ userId: 'alice', scopes: ['notes:read', 'notes:delete'] })).expect(200, {
      user: 'alice',
      mayDelete: true,
    });
  });
});
`,
  'test/app.e2e-spec.ts': `
import { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TestTokens } from 'nestjs-mcp-auth/testing';
import request from 'supertest';
import { AppModule } from './../src/app.module';

describe('the application', () => {
  let app: INestApplication;

  beforeAll(async () => {
    const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
    app = module.createNestApplication();
    await app.init();
  }, 120_000);
  afterAll(() => app.close());

  it('takes tokens of the test, and writes to its embedded database', async () => {
    const token = await TestTokens.of(app).issue({ userId: 'alice', scopes: ['notes:read'] });
    await request(app.getHttpServer())
      .post('/mcp')
      .set('Authorization', 'Bearer ' + token)
      .send({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
      .expect(200, { user: 'alice', mayDelete: false });
    await request(app.getHttpServer())
      .post('/register')
      .send({ redirect_uris: ['http://localhost/cb'], token_endpoint_auth_method: 'none' })
      .expect(201);
  }, 60_000);
});
`,
};

const COMPILER = {
  module: 'nodenext',
  moduleResolution: 'nodenext',
  resolvePackageJsonExports: true,
  esModuleInterop: true,
  isolatedModules: true,
  declaration: true,
  removeComments: true,
  emitDecoratorMetadata: true,
  experimentalDecorators: true,
  allowSyntheticDefaultImports: true,
  target: 'ES2023',
  sourceMap: true,
  outDir: './dist',
  incremental: true,
  skipLibCheck: true,
};

/** What `nest new` of Nest 11 writes, with the one line for the preset, and what the example for it needs. */
export const JEST = {
  dependencies: {
    '@modelcontextprotocol/node': '^2.0.0',
    '@modelcontextprotocol/server': '^2.0.0',
    '@nestjs/testing': '^11.0.1',
    '@types/express': '^5.0.0',
    '@types/express-session': '^1.19.0',
    '@types/jest': '^30.0.0',
    '@types/node': '^24.0.0',
    '@types/supertest': '^7.0.0',
    'express-session': '^1.19.0',
    jest: '^30.0.0',
    supertest: '^7.0.0',
    'ts-jest': '^29.2.5',
    typescript: '^5.7.3',
  },
  manifest: {
    jest: {
      moduleFileExtensions: ['js', 'json', 'ts'],
      rootDir: 'src',
      testRegex: String.raw`.*\.spec\.ts$`,
      transform: { [String.raw`^.+\.(t|j)s$`]: 'ts-jest' },
      testEnvironment: 'node',
      preset: 'nestjs-mcp-auth',
    },
  },
  files: {
    'test/jest-e2e.json': JSON.stringify({
      moduleFileExtensions: ['js', 'json', 'ts'],
      rootDir: '.',
      testEnvironment: 'node',
      testRegex: '.e2e-spec.ts$',
      transform: { [String.raw`^.+\.(t|j)s$`]: 'ts-jest' },
      preset: 'nestjs-mcp-auth',
    }),
    'tsconfig.json': JSON.stringify({
      compilerOptions: { ...COMPILER, baseUrl: './', strictNullChecks: true },
    }),
  },
  unit: ['jest'],
  endToEnd: ['jest', '--config', './test/jest-e2e.json'],
};

const vitestConfig = (include: string) => `
import { defineConfig } from 'vitest/config';
import tsconfigPaths from 'vite-tsconfig-paths';

export default defineConfig({
  plugins: [tsconfigPaths()],
  test: { globals: true, root: './', include: ['${include}'] },
});
`;

/** What `nest new` of Nest 12 writes. */
export const VITEST = {
  dependencies: {
    '@nestjs/testing': '^12.0.1',
    '@types/express': '^5.0.0',
    '@types/node': '^24.0.0',
    '@types/supertest': '^7.0.0',
    supertest: '^7.0.0',
    typescript: '^6.0.2',
    'vite-tsconfig-paths': '^5.1.4',
    vite: '^8.0.0',
    vitest: '^4.1.2',
  },
  manifest: { type: 'module' },
  files: {
    'vitest.config.ts': vitestConfig('**/*.spec.ts'),
    'vitest.config.e2e.ts': vitestConfig('**/*.e2e-spec.ts'),
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        ...COMPILER,
        rootDir: '.',
        strict: true,
        strictPropertyInitialization: false,
        types: ['vitest/globals', 'node'],
      },
    }),
  },
  unit: ['vitest', 'run'],
  endToEnd: ['vitest', 'run', '--config', './vitest.config.e2e.ts'],
};
