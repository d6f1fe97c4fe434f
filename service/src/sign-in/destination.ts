import { Injectable } from '@nestjs/common';
import { formText } from '../web/form-text.js';
import { Navigation } from '../web/navigation.js';

/** What somebody came for, and goes on to once they are signed in; the start page without either. */
export interface Destination {
  /** The authorization under way. */
  interaction?: string;
  /** The path within the service of a page of ours. */
  page?: string;
  /** They prove who they are again, although somebody may be signed in at the provider. Default false. */
  fresh?: boolean;
}

/** Reads and writes destinations, as they travel through forms and addresses. */
@Injectable()
export class Destinations {
  constructor(private readonly navigation: Navigation) {}

  /** Of the fields of a form or a query; what leads elsewhere is left out. */
  read(fields: Readonly<Record<string, unknown>>): Destination {
    return {
      interaction: formText(fields['interaction']),
      page: this.navigation.pageAt(fields['page']),
      fresh: formText(fields['fresh']) !== undefined,
    };
  }
}

/** The address of the sign-in page that leads there. */
export function signInPath({ interaction, page, fresh }: Destination): string {
  const query = new URLSearchParams();
  if (interaction !== undefined) query.set('interaction', interaction);
  if (page !== undefined) query.set('page', page);
  if (fresh) query.set('fresh', '1');
  return query.size === 0 ? '/sign-in' : `/sign-in?${query.toString()}`;
}
