import type { SigningKeyInUse } from 'nestjs-mcp-auth';
import { ButtonLink } from '../../web/button-link.js';
import { counted } from '../../web/counted.js';
import type { Frame } from '../../web/frame.js';
import { framedPage } from '../../web/framed.page.js';
import { Moment } from '../../web/moment.js';
import { PostButton } from '../../web/post-button.js';
import { type Column, Table } from '../../web/table.js';

export interface KeysPageProps {
  frame: Frame;
  keys: readonly SigningKeyInUse[];
  now: Date;
}

const DAY = 86_400_000;

const STATES: Readonly<Record<SigningKeyInUse['state'], string>> = {
  next: 'Waits',
  signing: 'Signs',
  leaving: 'Leaves',
};

/** The keys that tokens are signed with. */
export function keysPage({ frame, keys, now }: KeysPageProps): string {
  const columns: Column<SigningKeyInUse>[] = [
    { title: 'Key', cell: ({ kid }) => <code>{kid}</code> },
    { title: 'Algorithm', cell: ({ alg }) => alg },
    {
      title: 'State',
      cell: ({ state }) => <span class="tag plain">{STATES[state]}</span>,
    },
    {
      title: 'Signs from',
      cell: ({ activatesAt }) => (
        <>
          <Moment at={activatesAt} />
          <span class="aside">{age(now.getTime() - activatesAt.getTime())}</span>
        </>
      ),
    },
    {
      title: 'Published until',
      cell: ({ expiresAt }) => (expiresAt ? <Moment at={expiresAt} /> : '–'),
    },
  ];
  return framedPage({
    frame,
    title: 'Keys',
    lead: 'What tokens are signed with. Keys rotate by their age on their own; nothing has to be done here.',
    children: (
      <>
        <Table
          caption="Signing keys"
          columns={frame.role === 'administrator' ? [...columns, actions(keys, frame.csrf)] : columns}
          rows={keys}
          keyOf={({ kid }) => kid}
        />
        <p class="soft">
          A key that waits is published already, so that every MCP server knows it before its first token. A
          key that leaves signs no more, and stays until the last token that it signed has expired.
        </p>
      </>
    ),
  });
}

function actions(keys: readonly SigningKeyInUse[], csrf: string): Column<SigningKeyInUse> {
  const hasNext = (alg: string) => keys.some((key) => key.alg === alg && key.state === 'next');
  return {
    title: 'Actions',
    isTitleHidden: true,
    cell: ({ kid, alg, state }) => (
      <div class="row">
        {state === 'signing' && !hasNext(alg) && (
          <PostButton action={`/admin/keys/${kid}/rotate`} csrf={csrf} fields={{}} about={`the ${alg} key`}>
            Rotate
          </PostButton>
        )}
        <ButtonLink to={`/admin/keys/${kid}/compromised`} kind="danger" about={`the ${alg} key ${kid}`}>
          It has leaked
        </ButtonLink>
      </div>
    ),
  };
}

function age(milliseconds: number): string {
  if (milliseconds < 0) return 'Not yet';
  if (milliseconds < DAY) return 'For less than a day';
  return `For ${counted(Math.floor(milliseconds / DAY), 'day')}`;
}
