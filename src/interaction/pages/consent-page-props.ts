import type { InteractionPageProps } from './interaction-page-props.js';

/** What the consent page says. */
export interface ConsentPageProps extends InteractionPageProps {
  scopes: {
    name: string;
    words: string;
    /** Allowed before. Default false. */
    granted?: boolean;
  }[];
  /** It can stay connected without asking again. */
  offlineAccess: boolean;
  /** All of it was allowed before: one click goes on. */
  remembered: boolean;
  error?: string;
}
