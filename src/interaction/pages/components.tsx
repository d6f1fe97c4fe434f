import type { ComponentChildren } from 'preact';
import { displayText } from '../../oauth/display-text.js';
import { branding } from './branding.js';

/** A drawing that says nothing that the text beside it does not say. */
function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

/** What stands at the top of a page: a logo or a lock, whose page it is, and what it is about. */
export function Brand({ children }: { children?: ComponentChildren }) {
  const { title, company, logo } = branding();
  return (
    <p class="brand">
      {logo ? (
        <img src={logo.href} alt="" />
      ) : (
        <Icon>
          <rect x="4" y="10.5" width="16" height="10.5" rx="2.5" />
          <path d="M8 10.5V7a4 4 0 0 1 8 0v3.5" />
        </Icon>
      )}
      <span>
        {company !== null && <Foreign text={company} />}
        {company !== null && children && ' · '}
        {children ?? (company === null && title)}
      </span>
    </p>
  );
}

/** A message that a screen reader announces; a field that it is about names `problem` in `aria-describedby`. */
export function Problem({ children }: { children: ComponentChildren }) {
  return (
    <div class="note bad" role="alert" id="problem">
      <Icon>
        <circle cx="12" cy="12" r="9.5" />
        <path d="M12 7.5v5.5M12 16.5v.01" />
      </Icon>
      <div>{children}</div>
    </div>
  );
}

export function Warning({ children }: { children: ComponentChildren }) {
  return (
    <div class="note warn" role="note">
      <Icon>
        <path d="M12 3.5 22 20.5H2L12 3.5Z" />
        <path d="M12 10v4.5M12 17.5v.01" />
      </Icon>
      <div>{children}</div>
    </div>
  );
}

/** Whom to ask, where somebody is named. `about` begins the sentence. */
export function Contact({ about = 'Questions?' }: { about?: string }) {
  const { contact } = branding();
  if (contact === null) return null;
  return (
    <p class="soft">
      {about} Ask{' '}
      <a href={contact} rel="noreferrer">
        <Foreign text={contact.replace(/^(mailto:|https:\/\/)/, '')} longest={Infinity} />
      </a>
      .
    </p>
  );
}

/** One line of a list of facts. */
export function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Text of a stranger: cleaned, and kept from turning the text around it. `longest` is in characters, 120 by default. */
export function Foreign({ text, longest }: { text: string; longest?: number }) {
  return <bdi>{displayText(text, longest)}</bdi>;
}

/** A host is shown whole, however long: the end of it says whose it is. */
export function Host({ name }: { name: string }) {
  return <Foreign text={name} longest={Infinity} />;
}

/** What a client calls itself, in quotes that it cannot close; `unnamed` when it has no name to show. */
export function ClientName({ name, unnamed }: { name: string | null; unnamed: string }) {
  const shown = shownName(name);
  if (shown === null) return <>{unnamed}</>;
  return (
    <>
      “<bdi>{shown}</bdi>”
    </>
  );
}

/** The name without its quotes; null when nothing of it can be seen. */
export function shownName(name: string | null): string | null {
  return displayText(name ?? '').replace(/["“”„‟«»″]/g, "'") || null;
}

/** Stands before what lasts. */
export function Clock() {
  return (
    <Icon>
      <circle cx="12" cy="12" r="9" />
      <path d="M12 7v5l3.5 2" />
    </Icon>
  );
}
