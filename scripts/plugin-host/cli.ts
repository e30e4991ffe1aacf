/**
 * Starts the plugin host until it is interrupted.
 *
 *   node scripts/plugin-host/cli.ts --port 3000 --api-url http://127.0.0.1:8080 --token <secret> [--token-2 <secret>]
 */
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { startPluginHost } from './server.ts';

const optionsSchema = z.object({
  port: z.number(),
  listen: z.string(),
  apiUrl: z.string(),
  token: z.string(),
  token2: z.string().optional(),
  react: z.union([z.literal(18), z.literal(19)]),
  dist: z.string().optional(),
  rootUrl: z.string().optional(),
  signing: z.boolean(),
});

const command = new Command('plugin-host')
  .description('Loads the built plugin as Grafana does: a stand-in for development and browser tests.')
  .option('--port <number>', 'port to listen on', toNumber, 3000)
  .option('--listen <address>', 'address to listen on', '127.0.0.1')
  .option('--api-url <url>', 'address of the Muster service', 'http://127.0.0.1:8080')
  .requiredOption('--token <secret>', 'secret of the plugin route for organization 1')
  .option('--token-2 <secret>', 'the same for organization 2')
  .option('--react <18|19>', 'React version, with the Grafana packages that go with it', toNumber, 19)
  .option('--dist <folder>', 'the built plugin (default: dist)')
  .option('--root-url <url>', 'public address, the issuer of ID tokens (default: the address listened on)')
  .option('--no-signing', 'send no ID tokens')
  .parse();

const options = optionsSchema.safeParse(command.opts());
if (!options.success) command.error(z.prettifyError(options.error));
else {
  const { port, listen, apiUrl, token, token2, react, dist, rootUrl, signing } = options.data;
  const host = await startPluginHost({
    port,
    listenAddress: listen,
    apiUrl,
    pluginTokens: { 1: token, ...(token2 !== undefined && { 2: token2 }) },
    react,
    distDir: dist,
    rootUrl,
    signIdTokens: signing,
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void host.close());
  }
}

function toNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Not a number.');
  return value;
}
