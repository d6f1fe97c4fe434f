import type { NextFunction, Request, Response } from 'express';
import { type Branding, withBranding } from 'nestjs-mcp-auth/service-kit';
import type { PublicAddress } from '../config/public-address.js';
import type { Logo } from '../config/logo.js';
import type { Settings } from '../config/settings.js';
import type { SettingsInForce } from '../config/settings-in-force.js';
import { brandStyles } from './brand-colours.js';

/** Middleware: pages that answer a request show the company as the settings say, those of the library too. */
export function showCompany(settings: SettingsInForce, address: PublicAddress) {
  const known = new WeakMap<Settings, Branding>();
  return (_request: Request, _response: Response, next: NextFunction): void => {
    const { current } = settings;
    const branding = known.get(current) ?? brandingOf(current, address);
    known.set(current, branding);
    withBranding(branding, next);
  };
}

/** The path within the service of a logo: another one for every picture, so that browsers may keep it. */
export function logoPath({ hash }: Logo): string {
  return `/logo/${hash}`;
}

function brandingOf(settings: Settings, address: PublicAddress): Branding {
  const { companyName, logo, colour, helpUrl, privacyUrl, contact } = settings;
  const links = [
    { text: 'Help', href: helpUrl },
    { text: 'Privacy', href: privacyUrl },
    { text: 'Contact', href: contact },
  ];
  return {
    title: 'Company sign-in',
    company: companyName,
    logo: logo && { href: address.basePath + logoPath(logo), source: address.at(logoPath(logo)) },
    contact,
    styles: colour === null ? '' : brandStyles(colour),
    links: links.flatMap(({ text, href }) => (href === null ? [] : [{ text, href }])),
  };
}
