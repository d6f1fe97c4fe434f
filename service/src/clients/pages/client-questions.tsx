import { type CatalogClient, type ClientHoldings, shownName } from 'nestjs-mcp-auth/service-kit';
import { Choice } from '../../web/choice.js';
import { confirmationPage } from '../../web/confirmation.page.js';
import { counted } from '../../web/counted.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { href } from '../../web/href.js';
import { LONGEST_OVERLAP, TO_CLIENTS } from '../client-administration.js';

export interface ClientQuestionProps {
  frame: Frame;
  client: CatalogClient;
  holdings: ClientHoldings;
}

/** Before a client is cut off for everybody. */
export function blockPage({ frame, client, holdings }: ClientQuestionProps): string {
  return confirmationPage({
    frame,
    title: `Block ${nameOf(client)}?`,
    ends: [whatEnds(holdings), 'It gets nothing more until somebody unblocks it, whoever asks for it.'],
    action: `${pathOf(client)}/block`,
    button: 'Block it for everybody',
    back: backTo(client),
  });
}

/** Before a client is forgotten. */
export function deletePage({ frame, client, holdings }: ClientQuestionProps): string {
  const again =
    client.source === 'document' || client.source === 'registered'
      ? 'It can come back: whoever connects it again is asked again. To keep it out, block it instead.'
      : 'It cannot be had back: its id and its secret are gone.';
  return confirmationPage({
    frame,
    title: `Delete ${nameOf(client)}?`,
    ends: [whatEnds(holdings), again],
    action: `${pathOf(client)}/delete`,
    fields: seen(client),
    button: 'Delete it',
    back: backTo(client),
  });
}

const OVERLAPS = [
  { value: '86400', text: 'A day' },
  { value: String(LONGEST_OVERLAP), text: 'A week' },
  { value: '0', text: 'Not at all: it leaked' },
];

/** Before a client gets a new secret. */
export function rotatePage({ frame, client }: Omit<ClientQuestionProps, 'holdings'>): string {
  return framedPage({
    frame,
    title: `A new secret for ${nameOf(client)}`,
    lead: 'It is shown once. What was issued with the old one lives on.',
    back: backTo(client),
    children: (
      <form method="post" action={href(`${pathOf(client)}/secret`)}>
        <input type="hidden" name="csrf" value={frame.csrf} />
        <input type="hidden" name="seen" value={seen(client).seen} />
        <Choice label="The old secret goes on working for" name="overlap" options={OVERLAPS} chosen="86400" />
        <div class="actions">
          <button type="submit">Make the secret</button>
        </div>
      </form>
    ),
  });
}

function whatEnds({ grants, people }: ClientHoldings): string {
  if (grants === 0) return 'Nobody has it connected: no connection ends.';
  const whose = people ? ` of ${counted(people, 'person', 'people')}` : '';
  const ends = grants === 1 ? 'ends' : 'end';
  return `${counted(grants, 'connection')}${whose} ${ends} at once, with every token.`;
}

function nameOf({ name, clientId }: CatalogClient): string {
  const shown = shownName(name);
  return shown === null ? clientId : `“${shown}”`;
}

function pathOf({ id }: CatalogClient): string {
  return `${TO_CLIENTS.path}/${id}`;
}

function backTo(client: CatalogClient) {
  return { path: pathOf(client), text: 'Back to the application' };
}

/** What it looked like to whoever decides. */
function seen({ updatedAt }: CatalogClient) {
  return { seen: updatedAt.toISOString() };
}
