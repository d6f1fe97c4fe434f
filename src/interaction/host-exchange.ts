import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

/** A request as a host's handler has it: Node's, that of Express, or that of Fastify. */
export interface HostRequest {
  /** Lower-case names. */
  headers: IncomingHttpHeaders;
  /** Path and query. */
  url?: string | undefined;
  /** As the host has parsed it. */
  body?: unknown;
}

/** What is used of the reply that a handler on Fastify has. */
export interface HostReply {
  /** Node's response below it. */
  raw: ServerResponse;
  /** Sets the status. */
  status(code: number): unknown;
  /** Sets a header. */
  header(name: string, value: string): unknown;
  /** Ends it; hooks of the host, such as those that set cookies, run first. */
  send(): unknown;
}

/** Sends the browser on (303), in the way of the host's platform, so that what else it wants to send goes along. */
export function sendOn(response: ServerResponse | HostReply, location: string): void {
  const headers = { Location: location, 'Cache-Control': 'no-store' };
  if ('raw' in response) {
    response.status(303);
    for (const [name, value] of Object.entries(headers)) response.header(name, value);
    response.send();
    return;
  }
  response.statusCode = 303;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end();
}
