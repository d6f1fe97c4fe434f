/** How an answer gets to the client: in the query of its redirect URI, or in a form that the browser posts there. */
export const RESPONSE_MODES = ['query', 'form_post'] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];
