import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A request that was answered; every value is one of few. */
export interface AnsweredRequest {
  /** The pattern, such as `/interaction/:id`; `other` where there is none. */
  route: string;
  method: string;
  /** `2xx` and so on. */
  status: string;
}

/** What the service counts, for its operators. Every label is one of few values: never a name, an id, or an address. */
export class ServiceMetrics {
  readonly registry = new Registry();

  private readonly requests = new Histogram({
    name: 'mcp_auth_http_request_duration_seconds',
    help: 'Seconds until a request was answered.',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: BUCKETS,
    registers: [this.registry],
  });

  private readonly tokens = this.counter('token_answers', 'Answers of the token endpoint.', [
    'grant_type',
    'outcome',
  ]);
  private readonly signIns = this.counter('sign_ins', 'Attempts to sign in.', ['method', 'outcome']);
  private readonly refusals = this.counter('rate_limited', 'Requests refused as too many.', ['limit']);
  private readonly events = this.counter('audit_events', 'Events of the audit.', ['action', 'outcome']);

  requestAnswered(request: AnsweredRequest, seconds: number): void {
    this.requests.observe({ ...request }, seconds);
  }

  tokenAnswered(grantType: string, outcome: string): void {
    this.tokens.inc({ grant_type: grantType, outcome });
  }

  signInEnded(method: 'password' | 'sso', outcome: 'succeeded' | 'refused' | 'throttled'): void {
    this.signIns.inc({ method, outcome });
  }

  rateLimited(limit: string): void {
    this.refusals.inc({ limit });
  }

  /** @param event whose `action` and `outcome` are of a fixed list. */
  audited({ action, outcome }: { action: string; outcome: string }): void {
    this.events.inc({ action, outcome });
  }

  /** A value that is looked up when somebody asks. */
  gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name: `mcp_auth_${name}`,
      help,
      registers: [this.registry],
      collect: () => gauge.set(read()),
    });
  }

  /** What adds to a count of one value. */
  count(name: string, help: string): (by: number) => void {
    const counter = this.counter(name, help, []);
    return (by) => counter.inc(by);
  }

  private counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]) {
    return new Counter({ name: `mcp_auth_${name}_total`, help, labelNames, registers: [this.registry] });
  }
}
