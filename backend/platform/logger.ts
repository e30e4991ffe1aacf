/** Structured logs. Secrets are kept out at the place where they arise; known key names are blanked here too. */
import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

export type Logger = PinoLogger;

/** Field names whose values never reach a log line, at any of the usual depths. */
const SECRET_FIELDS = ['authorization', 'token', 'secret', 'password', 'apiToken', 'cookie'];

export interface LoggerOptions {
  readonly level: string;
  /** Where lines go; standard output when left out. */
  readonly destination?: DestinationStream;
}

/** A logger that writes one JSON object a line. */
export function createLogger(options: LoggerOptions): Logger {
  const paths = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  const settings = { level: options.level, redact: { paths, censor: '[redacted]' }, base: null };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}
