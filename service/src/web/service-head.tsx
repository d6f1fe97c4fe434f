import { Brand } from 'nestjs-mcp-auth/service-kit';
import type { Role } from '../people/entities/user.entity.js';

const PAGES = [
  { href: '/', text: 'Start' },
  { href: '/account', text: 'Account' },
] as const;
const ADMIN_PAGES = [
  { href: '/admin/people', text: 'People' },
  { href: '/admin/access', text: 'Access' },
  { href: '/admin/audit', text: 'Audit' },
] as const;

export type ServicePage = (typeof PAGES | typeof ADMIN_PAGES)[number]['href'];

export interface ServiceHeadProps {
  csrf: string;
  /** Of who looks: administrators and auditors have more pages. */
  role: Role;
  /** The page, or the one that it belongs to. */
  current: ServicePage;
}

/** What stands at the top of every page for people who are signed in. */
export function ServiceHead({ csrf, role, current }: ServiceHeadProps) {
  return (
    <>
      <div class="head">
        <Brand>Company sign-in</Brand>
        <form method="post" action="/sign-out">
          <input type="hidden" name="csrf" value={csrf} />
          <button type="submit" class="quiet">
            Sign out
          </button>
        </form>
      </div>
      <nav aria-label="Pages">
        {[...PAGES, ...(role === 'member' ? [] : ADMIN_PAGES)].map(({ href, text }) => (
          <a key={href} href={href} aria-current={href === current ? 'page' : undefined}>
            {text}
          </a>
        ))}
      </nav>
    </>
  );
}
