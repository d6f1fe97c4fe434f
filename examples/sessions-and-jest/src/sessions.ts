import session from 'express-session';

declare module 'express-session' {
  interface SessionData {
    accountId: string;
    authenticatedAt: number;
  }
}

export const sessions = session({
  secret: process.env['SESSION_SECRET'] ?? 'for development alone',
  resave: false,
  saveUninitialized: false,
  cookie: { sameSite: 'lax' },
});
