// The floor: what a hand would write in a Nest application on Express where nothing is checked. One prepared statement
// and one signature for a token, one prepared statement for a client and for an introspection, documents that are made.
// With `bare` the same without Nest and Express, on Node's own HTTP server.
import 'reflect-metadata';
import { Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import pg from 'pg';

const { port, issuer, database, bare } = JSON.parse(process.argv[2]);
const pool = new pg.Pool({ connectionString: database.url, max: 10 });
const table = `${database.schema}.floor`;
await pool.query(`CREATE SCHEMA IF NOT EXISTS ${database.schema}`);
await pool.query(`CREATE TABLE IF NOT EXISTS ${table} (id uuid PRIMARY KEY, payload text)`);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const insert = (id) =>
  pool.query({ name: 'insert', text: `INSERT INTO ${table} VALUES ($1, $2)`, values: [id, 'x'.repeat(300)] });

class Floor {
  async token() {
    const id = randomUUID();
    await insert(id);
    const signed = `${encode({ alg: 'ES256', kid: 'floor', typ: 'at+jwt' })}.${encode({
      iss: issuer,
      sub: 'alice',
      aud: `${issuer}/mcp`,
      exp: Math.floor(Date.now() / 1000) + 3_600,
      iat: Math.floor(Date.now() / 1000),
      jti: id,
      client_id: 'bench',
      scope: 'tools',
    })}`;
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' };
    const signature = sign('sha256', Buffer.from(signed), key).toString('base64url');
    return {
      access_token: `${signed}.${signature}`,
      token_type: 'Bearer',
      expires_in: 3_600,
      scope: 'tools',
    };
  }

  async register() {
    const id = randomUUID();
    await insert(id);
    return { client_id: id, redirect_uris: ['https://client.example/callback'] };
  }

  async introspect() {
    const text = `SELECT payload FROM ${table} WHERE id = $1`;
    await pool.query({ name: 'find', text, values: [randomUUID()] });
    return { active: true, sub: 'alice' };
  }

  discovery() {
    return { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` };
  }
}
const route = (decorators, name) => {
  for (const decorate of decorators)
    decorate(Floor.prototype, name, Object.getOwnPropertyDescriptor(Floor.prototype, name));
};
route([Post('token'), HttpCode(200)], 'token');
route([Post('register')], 'register');
route([Post('introspect'), HttpCode(200)], 'introspect');
route([Get('.well-known/oauth-authorization-server')], 'discovery');
Controller()(Floor);
class FloorModule {}
Module({ controllers: [Floor] })(FloorModule);

/** The last step of a path names the method. */
function bareServer(floor) {
  const work = {
    token: [200, (body) => new URLSearchParams(body.toString()).has('grant_type') && floor.token()],
    register: [201, (body) => JSON.parse(body) && floor.register()],
    introspect: [200, (body) => new URLSearchParams(body.toString()).has('token') && floor.introspect()],
    'oauth-authorization-server': [200, () => floor.discovery()],
  };
  return createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => void answer(Buffer.concat(chunks)));
    const answer = async (sent) => {
      const [status, run] = work[request.url.split('/').at(-1)];
      const body = JSON.stringify(await run(sent));
      response.writeHead(status, {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': Buffer.byteLength(body),
      });
      response.end(body);
    };
  });
}
const application = bare ? bareServer(new Floor()) : await NestFactory.create(FloorModule, { logger: false });
if (bare) await once(application.listen(port, '127.0.0.1'), 'listening');
else await application.listen(port, '127.0.0.1');

const answers = { cpu: () => process.cpuUsage(), memory: () => process.memoryUsage().rss };
process.on('message', ({ id, ask }) => process.send({ id, answer: answers[ask]() }));
process.send({ id: 0 });
