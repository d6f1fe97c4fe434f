import { ChangeRefused } from './change-refused.js';

/** Connections that are about to end, as whoever decides has counted them. */
export interface SeenConnections {
  /** When they were counted: what was connected since is left alone. */
  at: Date;
  grants: number;
}

/** @throws ChangeRefused when they are more than were seen, with their number; the transaction ends none then. */
export function requireSeen(grants: number, seen: SeenConnections): void {
  if (grants <= seen.grants) return;
  throw new ChangeRefused(
    `These are ${grants} connections by now, and were ${seen.grants} when you looked. Nothing was ended: look again first.`,
    { connections: grants },
  );
}
