import { existsSync } from 'node:fs';
import { join } from 'node:path';

const MODULES = join(import.meta.dirname, '../conformance/node_modules');
/** The official conformance suite. */
export const SUITE = join(MODULES, '@modelcontextprotocol/conformance/dist/index.js');
const newerNode = join(MODULES, `node-${process.platform}-${process.arch}/bin/node`);
/** The Node that it needs. */
export const node = Number.parseInt(process.versions.node, 10) >= 22 ? process.execPath : newerNode;
/** Whether both are there. */
export const installed = existsSync(SUITE) && existsSync(node);

if (!installed) {
  const message = 'The official conformance suite is not installed: npm ci --prefix service/test/conformance';
  // Where everything is installed, nothing may be skipped.
  if (process.env['CI']) throw new Error(message);
  console.warn(message);
}
