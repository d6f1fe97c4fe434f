import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** A message of PostgreSQL's: its type, its length, itself. */
function message(type: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
}

/** Asks for a password in clear text. */
const ASK = message('R', Buffer.from([0, 0, 0, 3]));
const REFUSAL = (role: string) =>
  message('E', Buffer.from(`SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "${role}"\0\0`));

/** Looks like a PostgreSQL server to which every password is wrong: that of the tests takes any. */
export async function startStrictDatabase() {
  let role = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      // The startup message is names and values, each with a NUL at its end.
      role = /user\0([^\0]+)/.exec(data.toString('latin1'))?.[1] ?? role;
      if (data[0] === 'p'.charCodeAt(0)) socket.end(REFUSAL(role));
      else socket.write(ASK);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (name: string, password: string) => `postgres://${name}:${password}@127.0.0.1:${port}/app`,
    close: () => server.close(),
  };
}
