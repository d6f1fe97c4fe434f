/** Injects the `ServiceConfig`. */
export const SERVICE_CONFIG = Symbol('service-config');
