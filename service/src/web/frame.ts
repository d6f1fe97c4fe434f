import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { within } from './href.js';
import { Csrf } from './csrf.js';
import { Navigation, type NavigationLink } from './navigation.js';
import type { Role } from './roles.js';
import { viewerOf } from './viewer.js';

/** What stands around every page for people who are signed in. */
export interface Frame {
  /** For the forms of the page. */
  csrf: string;
  /** Of who looks. */
  role: Role;
  links: readonly NavigationLink[];
  /** `path` of the link to this page, or to the one that it belongs to. */
  current: string | null;
}

@Injectable()
export class Frames {
  constructor(
    private readonly csrf: Csrf,
    private readonly navigation: Navigation,
  ) {}

  /** The frame of the page that answers this request. */
  of(request: Request, response: Response): Frame {
    const { role } = viewerOf(request);
    const links = this.navigation.links(role);
    return {
      csrf: this.csrf.token(request, response),
      role,
      links,
      current: currentLink(links, within(request.path)),
    };
  }
}

/** The longest that the path is, or is below. */
function currentLink(links: readonly NavigationLink[], path: string): string | null {
  const above = links.map((link) => link.path).filter((page) => path === page || path.startsWith(`${page}/`));
  return above.toSorted((one, other) => other.length - one.length)[0] ?? null;
}
