import {
  type CallHandler,
  type ExecutionContext,
  HttpStatus,
  Injectable,
  PayloadTooLargeException,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { LARGEST_LOGO, LOGO_TOO_LARGE } from '../config/logo.js';
import { type PageLink, Refusal } from '../web/refusal.js';

export const TO_SETTINGS: PageLink = { path: '/admin/settings', text: 'Back to the settings' };

const LIMITS = { files: 1, fileSize: LARGEST_LOGO, fields: 5, fieldSize: 1_000, parts: 6 };

/** Reads the picture of a form, and says how large it may be where it is larger. */
@Injectable()
export class LogoUpload extends FileInterceptor('logo', { limits: LIMITS }) {
  override async intercept(context: ExecutionContext, next: CallHandler) {
    try {
      return await super.intercept(context, next);
    } catch (error) {
      if (!(error instanceof PayloadTooLargeException)) throw error;
      throw new Refusal(HttpStatus.PAYLOAD_TOO_LARGE, LOGO_TOO_LARGE, TO_SETTINGS);
    }
  }
}
