import { isEmailAddress } from '../config/email-address.js';
import { PublicAddress } from '../config/public-address.js';
import { readConfig } from '../config/service-config.js';
import { AdministratorAppointment } from '../people/administrator-appointment.js';
import { inService } from './in-service.js';
import { askPassword } from './password-question.js';

export const isAddress = (text: string): boolean => isEmailAddress(text);

export async function createAdministrator(email: string): Promise<void> {
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
}
