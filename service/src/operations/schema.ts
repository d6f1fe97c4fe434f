import { RateLimit1765300000000 } from './migrations/1765300000000-rate-limit.js';

export const OPERATIONS_MIGRATIONS = [RateLimit1765300000000];
