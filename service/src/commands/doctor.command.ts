import { Command } from 'commander';

/** Looks at all that the service needs, and says what to mend; writes nothing. Ends with 1 where something is wrong. */
export function doctor(): Command {
  return new Command('doctor')
    .description(
      'Checks the configuration, the database, the clock, identity providers and certificates, and says what to mend.',
    )
    .action(async () => (await import('./doctor.action.js')).lookAtAll());
}
