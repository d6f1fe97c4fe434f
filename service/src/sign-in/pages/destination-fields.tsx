import type { Destination } from '../destination.js';

/** Keeps in a form what signing in goes on to. */
export function DestinationFields({ interaction, page, fresh }: Destination) {
  return (
    <>
      {interaction && <input type="hidden" name="interaction" value={interaction} />}
      {page && <input type="hidden" name="page" value={page} />}
      {fresh && <input type="hidden" name="fresh" value="1" />}
    </>
  );
}
