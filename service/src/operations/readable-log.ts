import { build, type PrettyStream } from 'pino-pretty';
import type { WriteStream } from 'node:tty';

interface RequestLine {
  req?: { method: string; path: string };
  res?: { status: number };
  responseTime?: number;
  msg?: string;
}

/** The log for somebody who looks at a terminal: a line for each event, and what went wrong below it. */
export function readableLog(terminal: WriteStream): PrettyStream {
  return build({
    destination: terminal,
    colorize: terminal.hasColors(),
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,context,req,res,responseTime,requestId',
    messageFormat: describe,
  });
}

function describe({ req, res, responseTime, msg = '' }: RequestLine): string {
  return req && res ? `${req.method} ${req.path} ${res.status} (${responseTime} ms)` : msg;
}
