import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import { formText } from './form-text.js';
import { Audience, type Role } from './roles.js';

/** Nest's own key for a controller's path. */
const PATH = 'path';

/** Stands for our own origin, which no path may leave. */
const HERE = 'https://here.invalid';
/** Characters. */
const LONGEST_ADDRESS = 2_000;

/** A page that others lead to. */
export interface NavigationLink {
  /** Within the service, such as `/account`. */
  path: string;
  text: string;
  /** Of the service, not of one's own account: closed to members. */
  isAdministration: boolean;
}

/** Names a controller's first page in the navigation. `place`: those with a lower number stand before it. */
export const InNavigation = DiscoveryService.createDecorator<{ text: string; place: number }>();

/** The pages of all features, as their controllers say. */
@Injectable()
export class Navigation implements OnModuleInit {
  private entries: readonly (Omit<NavigationLink, 'isAdministration'> & { roles: readonly Role[] })[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    this.entries = this.discovery
      .getControllers({ metadataKey: InNavigation.KEY })
      .flatMap((wrapper) => {
        const named = this.discovery.getMetadataByDecorator(InNavigation, wrapper);
        const audience = wrapper.metatype && this.reflector.get(Audience, wrapper.metatype);
        if (!named || !wrapper.metatype || !Array.isArray(audience)) return [];
        const path = this.reflector.get<string>(PATH, wrapper.metatype);
        return [{ ...named, path: `/${path.replace(/^\//, '')}`, roles: audience as readonly Role[] }];
      })
      .toSorted((one, other) => one.place - other.place);
  }

  /**
   * The path within the service and the query of one of these pages, or of one below; undefined for anything else, which could lead elsewhere
   * (RFC 9700 §4.11.1).
   */
  pageAt(value: unknown): string | undefined {
    const text = formText(value);
    if (!text?.startsWith('/') || text.length > LONGEST_ADDRESS || !URL.canParse(text, HERE))
      return undefined;
    const { origin, pathname, search } = new URL(text, HERE);
    const isPage = this.entries.some(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
    // What `//` begins is another host.
    return origin === HERE && isPage && !pathname.startsWith('//') ? pathname + search : undefined;
  }

  /** Those that somebody of this role may see. */
  links(role: Role): NavigationLink[] {
    return this.entries
      .filter(({ roles }) => roles.includes(role))
      .map(({ path, text, roles }) => ({ path, text, isAdministration: !roles.includes('member') }));
  }
}
