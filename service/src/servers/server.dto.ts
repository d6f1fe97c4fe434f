import { HttpStatus } from '@nestjs/common';
import type { ProtectedResource, SigningAlgorithm } from 'nestjs-mcp-auth';
import { HiddenText, OptionalHiddenText, OptionalText, TextField } from '../web/form-fields.js';
import { Refusal } from '../web/refusal.js';
import type { ServerDraft } from './server-draft.js';

/** In place of an algorithm: what the service signs with. */
export const AS_THE_SERVICE = 'service';

/** A server, as the form has it. */
export class ServerDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @TextField('The address', { max: 2_000 })
  identifier: string;

  @TextField('The name', { max: 100 })
  name: string;

  /** One a line: the scope, and its words. */
  @OptionalText('The list of scopes', { max: 20_000 })
  scopes?: string;

  @OptionalText('The list of scopes asked for first', { max: 10_000 })
  first?: string;

  /** One a line: a broader scope, and those that it includes. */
  @OptionalText('The list of scopes that include others', { max: 20_000 })
  broader?: string;

  @OptionalText('The lifetime', { max: 10 })
  lifetime?: string;

  /** `service` for that of the service. */
  @OptionalText('The algorithm', { max: 10 })
  algorithm?: string;

  /** That was looked at. */
  @OptionalHiddenText({ max: 100 })
  version?: string;
}

/** One server, by its address. */
export class ServerChoiceDto {
  @HiddenText({ max: 100 })
  csrf: string;

  @HiddenText({ max: 2_000 })
  server: string;

  /** Of credentials: the secret has leaked. */
  @OptionalHiddenText({ max: 3 })
  leaked?: string;
}

/** One that was looked at. */
export class SeenServerDto extends ServerChoiceDto {
  @HiddenText({ max: 100 })
  version: string;
}

/** What the form means. @throws Refusal for a scope with two lines of words. */
export function draftOf(form: ServerDto): ServerDraft {
  const { identifier, name, scopes, first, broader, lifetime, algorithm } = form;
  const words = linesOf(scopes).map((line) => {
    const [, scope = '', rest = ''] = /^\s*(\S+)\s*([^]*)$/.exec(line) ?? [];
    return [scope, rest.trim()] as const;
  });
  const twice = words.find(([scope], index) => words.findIndex(([other]) => other === scope) < index);
  if (twice)
    throw new Refusal(
      HttpStatus.BAD_REQUEST,
      `The scope ${twice[0]} has two lines: people can read the words of one alone.`,
    );
  const named = (first ?? '').split(/[\s,]+/).filter(Boolean);
  const implied = new Map<string, Set<string>>();
  for (const line of linesOf(broader)) {
    const [scope = '', ...included] = line.split(/[\s,]+/).filter(Boolean);
    // One that has several lines includes what each of them says.
    implied.set(scope, new Set([...(implied.get(scope) ?? []), ...included]));
  }
  const seconds = lifetime?.trim();
  return {
    identifier: identifier.trim(),
    name: name.trim(),
    scopes: Object.fromEntries(words),
    ...(named.length > 0 && { challengeScopes: [...new Set(named)] }),
    scopeHierarchy: Object.fromEntries([...implied].map(([scope, included]) => [scope, [...included]])),
    ...(seconds && { accessTokenExpiresIn: Number(seconds) }),
    ...(algorithm && algorithm !== AS_THE_SERVICE && { signingAlgorithm: algorithm as SigningAlgorithm }),
  };
}

/** The form of a server as it is. */
export function formOf(server: ProtectedResource): Omit<ServerDto, 'csrf'> {
  return {
    identifier: server.identifier,
    name: server.name,
    scopes: Object.entries(server.scopes)
      .map(([scope, words]) => `${scope} ${words}`)
      .join('\n'),
    first: server.challengeScopes.join(' '),
    broader: Object.entries(server.scopeHierarchy)
      .map(([scope, implied]) => [scope, ...implied].join(' '))
      .join('\n'),
    lifetime: server.accessTokenExpiresIn?.toString() ?? '',
    algorithm: server.signingAlgorithm ?? AS_THE_SERVICE,
  };
}

function linesOf(text = ''): string[] {
  return text.split(/\r?\n/).filter((line) => /\S/.test(line));
}
