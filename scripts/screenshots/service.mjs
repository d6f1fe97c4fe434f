import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let started = 0;

/** The built service on a data directory of its own, and the link that makes its first administrator. */
export async function startService(environment = {}) {
  const port = 20_000 + (process.pid % 20_000) + started++;
  const dataDir = mkdtempSync(join(tmpdir(), 'mcp-auth-pictures-'));
  const child = spawn(process.execPath, ['service/dist/main.js'], {
    env: {
      ...process.env,
      PORT: String(port),
      MCP_AUTH_DATA_DIR: dataDir,
      MCP_AUTH_LOG_LEVEL: 'error',
      MCP_AUTH_SETUP_LINK: 'print',
      ...environment,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const setupLink = await new Promise((resolve) => {
    let output = '';
    child.stderr.on('data', (chunk) => {
      output += chunk;
      const [link] = /http\S+setup\?token=\S+/.exec(output) ?? [];
      if (link) resolve(link);
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { origin: `http://localhost:${port}`, setupLink, stop };
}

/** Registers a client: the URL with which it asks for authorization. */
export async function authorizationUrl(origin, redirectUri, name, resource = `${origin}/mcp`) {
  const response = await fetch(`${origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: name,
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
    }),
  });
  const { client_id: clientId } = await response.json();
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
    resource,
    ...(resource === `${origin}/mcp` && { scope: 'mcp:tools notes:delete' }),
  });
  return `${origin}/authorize?${parameters}`;
}
