import { ServiceAccounts1764000000001 } from './1764000000001-service-accounts.js';

export const SERVICE_MIGRATIONS = [ServiceAccounts1764000000001];
