import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { within } from './href.js';
import { Csrf } from './csrf.js';
import { Navigation, type NavigationLink } from './navigation.js';
import type { Role } from './roles.js';
import { StatusLine } from './status-line.js';
import { viewerOf } from './viewer.js';

/** What stands around every page for people who are signed in. */
export interface Frame {
  /** For the forms of the page. */
  csrf: string;
  /** Of who looks. */
  role: Role;
  name: string;
  links: readonly NavigationLink[];
  /** `path` of the link to this page, or to the one that it belongs to. */
  current: string | null;
  /** What the form before has done. */
  done: string | null;
}

@Injectable()
export class Frames {
  constructor(
    private readonly csrf: Csrf,
    private readonly navigation: Navigation,
    private readonly statusLine: StatusLine,
  ) {}

  /** The frame of the page that answers this request. */
  of(request: Request, response: Response): Frame {
    const { role, name } = viewerOf(request);
    const links = this.navigation.links(role);
    return {
      csrf: this.csrf.token(request, response),
      role,
      name,
      links,
      current: currentLink(links, within(request.path)),
      done: this.statusLine.take(request, response),
    };
  }
}

/** The longest that the path is, or is below. */
function currentLink(links: readonly NavigationLink[], path: string): string | null {
  const above = links.map((link) => link.path).filter((page) => path === page || path.startsWith(`${page}/`));
  return above.toSorted((one, other) => other.length - one.length)[0] ?? null;
}
