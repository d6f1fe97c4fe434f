import { pageHeaders } from 'nestjs-mcp-auth/service-kit';
import { COPY_SCRIPT_SOURCE } from './copy-script.js';
import { FRAME_STYLES } from './styles.js';

/** What every page of this service is sent with. */
export const PAGE_HEADERS = pageHeaders(FRAME_STYLES);

/** What pages with a `CopyScript` are sent with. */
export const COPY_PAGE_HEADERS = pageHeaders(FRAME_STYLES, COPY_SCRIPT_SOURCE);
