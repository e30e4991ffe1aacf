export interface HostLogger {
  info(message: string): void;
  warn(message: string): void;
}

export const consoleLogger: HostLogger = {
  info: (message) => process.stdout.write(`${message}\n`),
  warn: (message) => process.stderr.write(`${message}\n`),
};
