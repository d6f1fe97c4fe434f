import { displayText } from 'nestjs-mcp-auth/service-kit';

/** Entries of a list that are shown, the others are counted. */
const SHOWN = 2;

/** The first of a list, and how many more there are; `all` for no list. */
export function Some({ items, all }: { items: readonly string[] | null; all: string }) {
  if (items === null) return <>{all}</>;
  const more = items.slice(SHOWN);
  return (
    <>
      {items.slice(0, SHOWN).map((item, index) => (
        <>
          {index > 0 && ', '}
          <bdi key={item}>{displayText(item, 24)}</bdi>
        </>
      ))}
      {more.length > 0 && (
        <span title={more.map((item) => displayText(item)).join('\n')}> +{more.length}</span>
      )}
    </>
  );
}
