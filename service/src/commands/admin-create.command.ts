import { Command, InvalidArgumentError } from 'commander';
import { isEmailAddress } from '../config/email-address.js';
import { PublicAddress } from '../config/public-address.js';
import { readConfig } from '../config/service-config.js';
import { AdministratorAppointment } from '../people/administrator-appointment.js';
import { inService } from './in-service.js';
import { askPassword } from './password-question.js';

/** Lets somebody administer the service, whoever else may: the way back in. */
export function adminCreate(): Command {
  return new Command('create')
    .description(
      'Makes an administrator, or makes an account one; asks for the password on a terminal, or prints a link that works once.',
    )
    .argument('<email>', 'of the administrator', readEmail)
    .action(async (email: string) => {
      const config = readConfig(process.env);
      const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
      await inService(config, async (service) => {
        const appointment = service.get(AdministratorAppointment);
        await appointment.check();
        if (isTerminal) {
          await appointment.withPassword(email, await askPassword(email));
          process.stdout.write(`${email} is an administrator. Sign in at ${config.address.at('/sign-in')}\n`);
          return;
        }
        const token = await appointment.withLink(email);
        process.stdout.write(`${service.get(PublicAddress).at(`/password?token=${token}`)}\n`);
      });
    });
}

function readEmail(text: string): string {
  const email = text.trim();
  if (!isEmailAddress(email))
    throw new InvalidArgumentError('It must be an email address such as ada@example.com.');
  return email;
}
