import { newLinkToken } from '../link-token.js';

/** Makes one thing of a form that is sent twice. */
export function OnceField() {
  return <input type="hidden" name="once" value={newLinkToken()} />;
}
