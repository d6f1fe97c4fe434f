import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { isUUID } from 'class-validator';
import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager, In } from 'typeorm';
import { MCP_AUTH_CONNECTION } from 'nestjs-mcp-auth';
import type { BetterAuthPerson, PeopleImport, PeopleRun } from 'nestjs-mcp-auth/better-auth';
import { AuditTrail } from '../audit/audit-trail.js';
import { SignInConfig } from '../config/sign-in-config.js';
import type { Role } from '../web/roles.js';
import { lockAdministrators } from './administrator-lock.js';
import { Account } from './entities/account.entity.js';
import { Identity } from './entities/identity.entity.js';
import { User } from './entities/user.entity.js';
import { IssuersOfProviders } from './imported-identities.js';
import { type ImportedPerson, obstacle, type PeopleChoices, readPerson } from './imported-person.js';
import { CREDENTIAL, normaliseEmail } from './users.js';

/** What somebody says who takes people over. */
export interface PeopleImportOptions {
  /** Whether anybody is taken over who is not here. */
  isWanted: boolean;
  /** Our roles by theirs; whoever has none of these is a member. */
  roles: ReadonlyMap<string, Role>;
  /** Issuers of providers by what Better Auth calls them. */
  issuers: ReadonlyMap<string, string>;
}

/** Who is here already. */
interface Here {
  bySubject: ReadonlyMap<string, Pick<User, 'disabledAt'>>;
  /** Of rows. */
  ids: ReadonlySet<string>;
  emails: ReadonlySet<string>;
  identities: ReadonlySet<string>;
}

const keyOf = ({ issuer, sub }: Pick<Identity, 'issuer' | 'sub'>) => JSON.stringify([issuer, sub]);

/** Takes people of a database of Better Auth over, with their ids as subjects and their ways to sign in. */
@Injectable()
export class PeopleImports {
  constructor(
    @InjectDataSource(MCP_AUTH_CONNECTION) private readonly dataSource: DataSource,
    private readonly config: SignInConfig,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws Error with one sentence for an issuer that is no provider's here. */
  with({ isWanted, roles, issuers }: PeopleImportOptions): PeopleImport {
    const { providers } = this.config;
    const choices = { config: this.config, roles, issuers: new IssuersOfProviders(providers, issuers) };
    const identities = new Set<string>();
    return {
      take: async (people, run) => {
        const manager = run.transaction ?? this.dataSource.manager;
        const here = await this.here(people, manager);
        const known = people.filter(({ id }) => here.bySubject.has(id));
        for (const _ of isWanted ? known : []) run.tally.find('people');
        const taken = isWanted ? takeable(people, { here, identities }, choices, run) : [];
        if (run.transaction) await this.write(taken, run.now, run.transaction);
        // Whoever is disabled here has no connections.
        const enabled = known.filter(({ id }) => here.bySubject.get(id)?.disabledAt === null);
        return [...enabled.map(({ id }) => id), ...taken.map(({ subject }) => subject)];
      },
    };
  }

  private async here(people: readonly BetterAuthPerson[], manager: EntityManager): Promise<Here> {
    const ids = people.map(({ id }) => id);
    const emails = people.map(({ email }) => normaliseEmail(email));
    const subs = people.flatMap(({ accounts }) => accounts.map(({ accountId }) => accountId));
    const users = await manager.getRepository(User).find({
      select: { id: true, subject: true, email: true, disabledAt: true },
      where: [{ subject: In(ids) }, { email: In(emails) }, { id: In(ids.filter((id) => isUUID(id))) }],
    });
    const identities = await manager.getRepository(Identity).findBy({ sub: In(subs) });
    return {
      bySubject: new Map(users.map((user) => [user.subject, user])),
      ids: new Set(users.map(({ id }) => id)),
      emails: new Set(users.map(({ email }) => email)),
      identities: new Set(identities.map(keyOf)),
    };
  }

  private async write(people: readonly ImportedPerson[], now: Date, manager: EntityManager): Promise<void> {
    if (people.length === 0) return;
    if (people.some(({ role }) => role !== 'member')) await lockAdministrators(manager);
    const rows = people.map((person) => ({ ...person, id: randomUUID() }));
    await manager.getRepository(User).insert(rows.map((row) => userOf(row, now)));
    const passwords = rows.flatMap(({ id, password }) =>
      password === null ? [] : [passwordOf(id, password, now)],
    );
    const identities = rows.flatMap(({ id, identities }) =>
      identities.map((one) => identityOf(id, one, now)),
    );
    // Ahead of the accounts: those of the version before make identities that prove more.
    await manager.getRepository(Identity).insert(identities);
    // What is written here the version before finds where it looks for it.
    const known = identities.map(({ id, userId, issuer: providerId, sub: accountId, createdAt }) => {
      return { id, userId, providerId, accountId, createdAt, updatedAt: createdAt };
    });
    await manager.getRepository(Account).insert([...passwords, ...known]);
    for (const { id, role, email } of rows.filter((row) => row.role !== 'member')) {
      const detail = { target: id, role, by: 'import' };
      await this.audit.commit({ action: 'account.create', outcome: 'success', detail, email }, manager);
    }
  }
}

/** Those who are taken over; why others are not is told to the tally. */
function takeable(
  people: readonly BetterAuthPerson[],
  { here, identities }: { here: Here; identities: Set<string> },
  choices: PeopleChoices,
  { known, tally }: PeopleRun,
): ImportedPerson[] {
  return people.flatMap((person) => {
    const { id, email } = person;
    if (here.bySubject.has(id)) return [];
    const why = known.has(id)
      ? 'was taken over before, and is gone here'
      : (obstacle(person) ?? collision(id, email, here));
    if (why !== null) {
      tally.leave('people', id, why);
      return [];
    }
    const read = readPerson(person, choices, tally);
    const own = read.identities.filter((identity) => {
      const isFree = !identities.has(keyOf(identity)) && !here.identities.has(keyOf(identity));
      if (isFree) tally.take('identities');
      else tally.leave('identities', id, 'opens another account here');
      identities.add(keyOf(identity));
      return isFree;
    });
    tally.take('people');
    return { ...read, identities: own };
  });
}

function collision(id: string, email: string, { ids, emails }: Here): string | null {
  if (ids.has(id)) return 'has the id of another account here';
  return emails.has(normaliseEmail(email)) ? 'has the email address of another account here' : null;
}

function userOf(person: ImportedPerson & { id: string }, now: Date) {
  const { id, subject, name, email, emailVerified, image, role, disabled, createdAt, identities } = person;
  return {
    id,
    subject,
    name,
    email,
    emailVerified,
    image,
    role,
    createdAt,
    updatedAt: now,
    disabledAt: disabled ? now : null,
    groups: [],
    // Nobody has asked a provider yet.
    groupsReadAt: identities.length > 0 ? new Date(0) : null,
  };
}

function passwordOf(userId: string, password: string, now: Date) {
  const id = randomUUID();
  return { id, userId, providerId: CREDENTIAL, accountId: userId, password, createdAt: now, updatedAt: now };
}

function identityOf(userId: string, { issuer, sub }: Pick<Identity, 'issuer' | 'sub'>, now: Date) {
  const nothing = { groups: [], groupsReadAt: new Date(0), provesAddress: false, isSource: false };
  return { id: randomUUID(), userId, issuer, sub, createdAt: now, ...nothing };
}
