import type { AuditAction, AuditEvent } from 'nestjs-mcp-auth';
import type { Author } from '../web/author.js';

/** What the service itself tells the audit of. `detail` has what is said beside each. */
export const SERVICE_ACTIONS = [
  /** A person proves who they are. `detail`: `method` (`password`, or the issuer); refused: `target`, the account of the name, and `nameDigest` of a name that none has; of a provider's `subject`; and `reason`. */
  'sign-in',
  /** `detail`: `sessionId`. */
  'sign-out',
  /** An administrator signs everybody out. `detail`: `sessions`, and `grants` of people where they were disconnected too, how many ended. */
  'session.end-all',
  /** A person ends another of their sign-in sessions. `detail`: `sessionId`; of all others at once `sessions`, how many. */
  'session.end',
  /** Groups have changed at a sign-in. `detail`: `issuer`, `before`, `after`. */
  'account.groups',
  /** An account is made. `detail`: `target`, `nameDigest`, `role`, `by` (`setup`, `environment`, `invitation`, `command`, `import` of somebody who is more than a member, or the issuer). */
  'account.create',
  /** An identity opens an account from now on. `detail`: `target`, `issuer`, `subject`; of an account that nobody had proved to be theirs, how many `waysIn`, `sessions` and `grants` ended. */
  'account.link',
  /** An identity opens an account no more. `detail`: `target`, `issuer`, `subject`. */
  'account.unlink',
  /** Name or email have changed. `detail`: `target`, `changed` (`name`, `email` or both; the audit keeps neither), `by` (`administrator`, or the issuer that they follow). */
  'account.details',
  /** An administrator makes one account of two: the identities of `from` open `target` from now on. `detail`: both, and how many `sessions` and `grants` ended. */
  'account.merge',
  /** An account is gone for good. `detail`: `target`, and `grants`, how many ended. */
  'account.delete',
  /** An invitation is made. `detail`: `nameDigest`, `role`. */
  'account.invite',
  /** An invitation is taken back. `detail`: `nameDigest`. */
  'account.uninvite',
  /** `detail`: `target`, `before`, `after`. */
  'account.role',
  /** An account and everything of it ends. `detail`: `target`, and `grants`, how many ended. */
  'account.disable',
  /** `detail`: `target`. */
  'account.enable',
  /** A new password. `detail`: `target`, `by` (`person`, `link`); refused: `reason`. */
  'account.password',
  /** An administrator makes a link that sets a new password. `detail`: `target`. */
  'account.reset',
  /** An administrator ends all sign-in sessions of somebody. `detail`: `target`, `sessions`, how many. */
  'account.sign-out',
  /** Applications of somebody are disconnected, by an administrator or with a new password. `detail`: `target`; `grantId` of a single one. */
  'account.disconnect',
  /** Refused only: somebody who is signed in asks for a page or a change that is not theirs, or that cannot be. `detail`: `route`, `reason`. */
  'administration',
  /** The company's name, logo, colour, links or lifetimes of sign-in sessions. `detail`: `before` and `after`, a line for each that has changed; of a logo its SHA-256. */
  'settings.change',
  /** `detail`: `rule`, `groups`, `scopes`, `clients`, `until`. */
  'rule.add',
  /** The same, and what it said `before`. */
  'rule.change',
  /** `detail`: `rule`. */
  'rule.remove',
  /** A rule has reached its end. `detail`: `rule`, `until`, and `grants`, how many are judged again. */
  'rule.end',
  /** An administrator agrees to clients. `detail`: `kind`, as rules name it, or the id of a single one; `target`, the person whom alone it is for; `until`. */
  'client.approve',
  /** An administrator refuses clients. `detail`: the same. */
  'client.refuse',
  /** An administrator enters a client that acts for people. `detail`: `name`, `redirectUris`. */
  'client.add',
  /** A client is kept from everything, and all that it has ends. `detail`: `grants`, how many. */
  'client.block',
  /** A blocked client may ask again; what ended stays so. */
  'client.unblock',
  /** A client gets a new secret. `detail`: `overlap`, the seconds for which the old one goes on working. */
  'client.secret',
  /** An administrator takes back what was decided. `detail`: `kind`, `target`, and `decision` (`approved`, `refused`). */
  'client.take-back',
  /** An approval has reached its end. `detail`: `kind`, `target`, `until`, and `grants`, how many are judged again. */
  'client.approval-end',
  /** Administrators are told by the webhook that somebody waits for a client; refused: it could not be delivered. `detail`: `kind`, `message`, its id, `attempts`; `reason`. */
  'client.notify',
  /** The server of a resource gets a new secret for introspection. `detail`: `clientId`, `overlap`, seconds for which the one before works. */
  'resource.credentials',
  /** People, clients and what belongs to them are taken over from elsewhere. `detail`: `by` (`command`), `from` (`better-auth`), and how many of each kind. */
  'import',
  /** An administrator tests a sign-in at an identity provider; refused: it would not have worked. `detail`: `provider`, its id, and `reason`. */
  'provider.test',
  /** The audit is downloaded, or exported by a command. `detail`: `by` (`page`, `command`), `format`, and what it was narrowed to. */
  'audit.export',
  /** Events that had reached their age are gone. `detail`: `position` of the last of them, `events`, how many, `before`; refused: `reason`. */
  'audit.prune',
  /** The database was away for too long, or would not take an event. `detail`: `events`, how many were not kept. */
  'audit.loss',
] as const;

export type ServiceAction = (typeof SERVICE_ACTIONS)[number];

/** `userId` is the person who acts; `detail.target` the account that it is done to. */
export interface ServiceEvent extends AuditEvent<AuditAction | ServiceAction> {
  /**
   * Who makes a change, in place of `userId`. By a client, `detail.via` is its `client_id`, and so is `clientId` of what
   * is about no other client.
   */
  author?: Author;
  /**
   * An address, or what somebody typed as theirs: kept as `nameDigest` alone. It may be a password; and of an account that
   * is deleted nothing may be left by which the person is known.
   */
  email?: string | null;
}
