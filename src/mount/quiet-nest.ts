import { Logger } from '@nestjs/common';
import { AsyncLocalStorage } from 'node:async_hooks';

const starting = new AsyncLocalStorage<true>();
/** Starts that are under way. */
let underWay = 0;

/** What Nest says of a start beyond what is wrong. */
const CHATTER = ['log', 'debug', 'verbose'] as const;

/**
 * Runs the start of an application inside a host's, of which the host's log says nothing but warnings and errors. Nest
 * has one log for all applications of a process, so that the lines of this one are told by where they come from.
 */
export async function quietly<Result>(start: () => Promise<Result>): Promise<Result> {
  const restore = CHATTER.map((level) => {
    const said = Logger.prototype[level];
    const quiet = function (this: Logger, ...line: [unknown, ...unknown[]]): void {
      if (!starting.getStore()) Reflect.apply(said, this, line);
    };
    Logger.prototype[level] = quiet;
    return () => {
      if (Logger.prototype[level] === quiet) Logger.prototype[level] = said;
    };
  });
  underWay += 1;
  try {
    return await starting.run(true, start);
  } finally {
    for (const each of restore) each();
    underWay -= 1;
    // Until then every promise of the process has a hook, which trebles what it costs.
    if (underWay === 0) starting.disable();
  }
}
