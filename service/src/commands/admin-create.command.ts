import { Command } from 'commander';

/** Lets somebody administer the service, whoever else may: the way back in. */
export function adminCreate(): Command {
  return new Command('create')
    .description(
      'Makes an administrator, or makes an account one; asks for the password on a terminal, or prints a link that works once.',
    )
    .argument('<email>', 'of the administrator')
    .action(async (email: string, _options: unknown, command: Command) => {
      const { createAdministrator, isAddress } = await import('./admin-create.action.js');
      const address = email.trim();
      if (!isAddress(address))
        command.error(`error: '${email}' is none. It must be an email address such as ada@example.com.`);
      await createAdministrator(address);
    });
}
