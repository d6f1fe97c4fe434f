import { CountedUntil } from './entities/counted-until.entity.js';
import { DailyActive } from './entities/daily-active.entity.js';
import { DailyCount } from './entities/daily-count.entity.js';
import { DailyCounts1766840010000 } from './migrations/1766840010000-daily-counts.js';

export const OVERVIEW_ENTITIES = [DailyCount, DailyActive, CountedUntil];
export const OVERVIEW_MIGRATIONS = [DailyCounts1766840010000];
