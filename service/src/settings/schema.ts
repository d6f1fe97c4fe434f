import { ServiceSettings } from './entities/service-settings.entity.js';
import { Settings1766850010000 } from './migrations/1766850010000-settings.js';

export const SETTINGS_ENTITIES = [ServiceSettings];
export const SETTINGS_MIGRATIONS = [Settings1766850010000];
