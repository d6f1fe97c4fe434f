import { ValidateIf } from 'class-validator';

/** A member that may be left out. Null is no way to do so: of a selection it would silently select more. */
export const MayBeMissing = (): PropertyDecorator => ValidateIf((_body, value) => value !== undefined);
