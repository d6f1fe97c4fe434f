import { Command, Help } from 'commander';
import { SERVICE_VERSION } from '../config/service-version.js';
import { adminCreate } from './admin-create.command.js';
import { auditExport } from './audit-export.command.js';
import { auditVerify } from './audit-verify.command.js';
import { configCheck } from './config-check.command.js';
import { configExport } from './config-export.command.js';
import { doctor } from './doctor.command.js';
import { importBetterAuth } from './import-better-auth.command.js';
import { keysRotate } from './keys-rotate.command.js';
import { migrate } from './migrate.command.js';
import { resourcesList, resourcesRetire } from './resources.command.js';
import { revoke } from './revoke.command.js';

const EXIT_CODES = `
Without a command the service is run. All of them are configured by the same environment variables; those that change
something are recorded in the audit.

Exit codes: 0 it is done; 1 it failed, or something is wrong; 2 the command line cannot be understood.
`;

/** What the command line can say. @param serve runs the service. */
export function commandLine(serve: () => Promise<void>): Command {
  const program = new Command('nestjs-mcp-auth-service')
    .description('The auth service of a company for its MCP servers.')
    .version(SERVICE_VERSION, '-V, --version', 'the version of the service')
    .helpOption('-h, --help', 'this page; of a command, what it does')
    .helpCommand(false)
    .configureHelp({ formatHelp })
    .addHelpText('after', EXIT_CODES)
    .exitOverride();
  const group = (name: string, description: string, ...commands: Command[]) =>
    commands.reduce(
      (parent, command) => parent.addCommand(command),
      program.command(name).helpCommand(false).description(description),
    );
  program.command('serve').description('Runs the service.').action(serve);
  program.addCommand(migrate());
  group('admin', 'Administrators.', adminCreate());
  group('keys', 'Signing keys.', keysRotate());
  program.addCommand(revoke());
  group('resources', 'MCP servers.', resourcesList(), resourcesRetire());
  group('audit', 'The record of every decision.', auditVerify(), auditExport());
  group('config', 'Configuration as code.', configExport(), configCheck());
  group('import', 'Moving over from elsewhere.', importBetterAuth());
  program.addCommand(doctor());
  return inherit(program);
}

/** Help that shows every command in full, and not only the beginning of its name. */
function formatHelp(command: Command, help: Help): string {
  Object.assign(help, { visibleCommands, subcommandTerm });
  return Help.prototype.formatHelp.call(help, command, help);
}

/** Those that do something, however deep they stand. */
function visibleCommands(command: Command): Command[] {
  return command.commands.flatMap((each) => (each.commands.length > 0 ? visibleCommands(each) : [each]));
}

/** Options that are listed one by one; of a command with more its own help tells. */
const MOST_OPTIONS = 4;

/** A command as somebody would type it. */
function subcommandTerm(command: Command): string {
  const words = command.registeredArguments.map((argument) => `<${argument.name()}>`);
  const needed = command.options.filter(({ mandatory }) => mandatory);
  const others = command.options.filter(({ mandatory }) => !mandatory);
  const options = [
    ...needed.map(({ flags }) => flags),
    ...(others.length > MOST_OPTIONS ? ['[options]'] : others.map(({ flags }) => `[${flags}]`)),
  ];
  return [...path(command), ...words, ...options].join(' ');
}

function path(command: Command): string[] {
  return command.parent ? [...path(command.parent), command.name()] : [];
}

/** What is said of the program holds for every command: errors are thrown, and help is laid out alike. */
function inherit(command: Command): Command {
  for (const each of command.commands) inherit(each.copyInheritedSettings(command));
  return command;
}
