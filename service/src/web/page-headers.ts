import { pageHeaders } from 'nestjs-mcp-auth/service-kit';
import { FRAME_STYLES } from './styles.js';

/** What every page of this service is sent with. */
export const PAGE_HEADERS = pageHeaders(FRAME_STYLES);
