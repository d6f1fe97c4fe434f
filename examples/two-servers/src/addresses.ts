export const ISSUER = `http://localhost:${process.env['PORT'] ?? 3000}`;
export const NOTES = `${ISSUER}/mcp`;
export const FILES = `${ISSUER}/files`;
