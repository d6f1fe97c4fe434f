import { Injectable } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  AccountDirectory,
  type AssertedAccount,
  type AssertedPerson,
  type McpAccount,
  type SignedIn,
} from './account-directory.js';

/** The host's own directory, which is looked up once every module is built. */
@Injectable()
export class HostAccounts extends AccountDirectory {
  private directory: AccountDirectory | undefined;

  use(directory: AccountDirectory): void {
    this.directory = directory;
  }

  find(accountId: string): Promise<McpAccount | null> {
    return this.required().find(accountId);
  }

  override current(request: IncomingMessage): Promise<SignedIn | null | undefined> {
    return this.required().current(request);
  }

  override asserted(person: AssertedPerson): Promise<AssertedAccount | null> {
    return this.required().asserted(person);
  }

  /** Whether the host can end a sign-in session. */
  get endsSignIns(): boolean {
    return typeof this.directory?.endSignIn === 'function';
  }

  override async endSignIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await this.required().endSignIn?.(request, response);
  }

  private required(): AccountDirectory {
    if (!this.directory)
      throw new Error('The account directory is asked before the application has started.');
    return this.directory;
  }
}
