import { displayText } from 'nestjs-mcp-auth/service-kit';
import type { Frame } from './frame.js';
import type { NavigationLink } from './navigation.js';
import { href } from './href.js';

/** Beside the page where there is room, a menu above it where there is none. */
export function SideNavigation({ links, current }: Pick<Frame, 'links' | 'current'>) {
  const here = links.find(({ path }) => path === current);
  const administration = links.filter(({ isAdministration }) => isAdministration);
  return (
    <details class="menu">
      <summary>Menu{here && ` · ${displayText(here.text)}`}</summary>
      <nav aria-label="Pages">
        {administration.length > 0 && <p>Yours</p>}
        <Links links={links.filter((link) => !link.isAdministration)} current={current} />
        {administration.length > 0 && (
          <>
            <p>Administration</p>
            <Links links={administration} current={current} />
          </>
        )}
      </nav>
    </details>
  );
}

function Links({ links, current }: { links: readonly NavigationLink[]; current: string | null }) {
  return (
    <ul>
      {links.map(({ path, text }) => (
        <li key={path}>
          <a href={href(path)} aria-current={path === current ? 'page' : undefined}>
            {text}
          </a>
        </li>
      ))}
    </ul>
  );
}
