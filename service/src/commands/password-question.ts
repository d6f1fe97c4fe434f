import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../config/password-length.js';
import { passwordWeakness } from '../people/password-weakness.js';

/** Asks for a new password on the terminal, twice, without showing it. @throws Error with one sentence. */
export async function askPassword(email: string): Promise<string> {
  const password = await ask(`A new password for ${email}: `);
  if (password.length < SHORTEST_PASSWORD || password.length > LONGEST_PASSWORD)
    throw new Error(
      `A password has ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters: nothing has changed.`,
    );
  const weakness = passwordWeakness(password, [email]);
  if (weakness !== null) throw new Error(`${weakness} Nothing has changed.`);
  if ((await ask('Once more: ')) !== password)
    throw new Error('The two passwords differ: nothing has changed.');
  return password;
}

function ask(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  process.stderr.write(question);
  return new Promise((resolve, reject) => {
    lines.once('SIGINT', () => lines.close());
    lines.once('close', () => reject(new Error('There is no password: nothing has changed.')));
    lines.question('', (answer) => {
      resolve(answer);
      lines.close();
    });
  }).finally(() => process.stderr.write('\n')) as Promise<string>;
}
