import { HiddenText, OptionalHiddenText, OptionalText, TextField } from '../web/form-fields.js';
import type { ServerDraft } from './server-draft.js';

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

  @OptionalText('The lifetime', { max: 10 })
  lifetime?: string;

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

/** What the form means. */
export function draftOf({ identifier, name, scopes, first, lifetime }: ServerDto): ServerDraft {
  const lines = (scopes ?? '').split(/\r?\n/).filter((line) => /\S/.test(line));
  const words = lines.map((line) => {
    const [, scope = '', rest = ''] = /^\s*(\S+)\s*([^]*)$/.exec(line) ?? [];
    return [scope, rest.trim()] as const;
  });
  const named = (first ?? '').split(/[\s,]+/).filter(Boolean);
  const seconds = lifetime?.trim();
  return {
    identifier: identifier.trim(),
    name: name.trim(),
    scopes: Object.fromEntries(words),
    ...(named.length > 0 && { challengeScopes: [...new Set(named)] }),
    ...(seconds && { accessTokenExpiresIn: Number(seconds) }),
  };
}

/** The form of a server as it is. */
export function formOf(draft: {
  identifier: string;
  name: string;
  scopes: Readonly<Record<string, string>>;
  challengeScopes: readonly string[];
  accessTokenExpiresIn: number | null;
}): Omit<ServerDto, 'csrf'> {
  return {
    identifier: draft.identifier,
    name: draft.name,
    scopes: Object.entries(draft.scopes)
      .map(([scope, words]) => `${scope} ${words}`)
      .join('\n'),
    first: draft.challengeScopes.join(' '),
    lifetime: draft.accessTokenExpiresIn?.toString() ?? '',
  };
}
