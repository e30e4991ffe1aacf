/** The program: `npm run muster -- <command>`. Without a command it serves. */
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { explainFault } from './cli/explainFault.ts';
import { ConfigError } from './platform/config/faults.ts';
import { VERSION } from './version.ts';

const program = new Command('muster')
  .description('Major incident management inside Grafana')
  .version(VERSION)
  .showHelpAfterError();

program
  .command('serve', { isDefault: true })
  .description('run a replica: HTTP, correlator and jobs, as MUSTER_ROLES says')
  .action(async () => {
    const { serve } = await import('./cli/serve.ts');
    await serve(process.env);
  });

program
  .command('config')
  .description('look at the configuration')
  .command('check')
  .description('check environment and file, and print what results, without secrets')
  .action(async () => {
    const { checkConfig } = await import('./cli/configCheck.ts');
    const { output, isGood } = await checkConfig(process.env);
    process.stdout.write(output);
    if (!isGood) process.exitCode = 1;
  });

program
  .command('migrate')
  .description('bring the database schema up to date')
  .action(async () => {
    const { openRuntime } = await import('./runtime.ts');
    const { migrate } = await import('./platform/db/migrate.ts');
    const runtime = await openRuntime(process.env);
    try {
      const names = await migrate({ connectionString: runtime.connectionString, dir: new URL('./migrations', import.meta.url).pathname, logger: runtime.logger });
      process.stdout.write(names.length === 0 ? 'The schema is up to date.\n' : `Applied: ${names.join(', ')}\n`);
    } finally {
      await runtime.close();
    }
  });

program
  .command('keys')
  .description('keys that seal stored secrets')
  .command('rotate')
  .description('seal every stored secret anew with the first key of MUSTER_SECRET_KEYS; the service may run meanwhile')
  .action(async () => {
    const { rotateKeys } = await import('./cli/keysRotate.ts');
    process.stdout.write(`${await rotateKeys(process.env)} secrets sealed anew.\n`);
  });

program
  .command('agent')
  .description('run an agent: carries out what its allow-list permits, where the systems are')
  .requiredOption('--config <file>', 'its file: address of the service, allow-list (see docs/agent.md)')
  .action(async (options: { config: string }) => {
    const { runAgent } = await import('./cli/agent.ts');
    await runAgent(options, process.env);
  });

program
  .command('status-page')
  .description('the status page')
  .command('export')
  .description('write the public status pages to a folder, for any web server to send')
  .requiredOption('--out <dir>', 'where they go; only files of the page are touched')
  .option('--private', 'private pages as well: whoever can read the folder can read them', false)
  .action(async (options: { out: string; private: boolean }) => {
    const { exportStatusPages } = await import('./cli/statusPageExport.ts');
    const written = await exportStatusPages(options, process.env);
    process.stdout.write(written.length === 0 ? 'No status page is public.\n' : written.map(({ org, files }) => `Organisation ${org}: ${files} files\n`).join(''));
  });

program
  .command('openapi')
  .description('print the OpenAPI document')
  .option('--out <file>', 'write it to a file')
  .action(async (options: { out?: string }) => {
    const { openApiDocument } = await import('./platform/http/openapi.ts');
    const { compactJson } = await import('./platform/http/compactJson.ts');
    const text = compactJson(openApiDocument(VERSION));
    if (options.out === undefined) process.stdout.write(text);
    else await writeFile(options.out, text);
  });

program
  .command('runbook-schema')
  .description('print the JSON Schema of runbooks, for editors')
  .option('--out <file>', 'write it to a file')
  .action(async (options: { out?: string }) => {
    const { runbookSchema } = await import('./platform/http/runbookSchema.ts');
    const text = `${JSON.stringify(runbookSchema(), null, 1)}\n`;
    if (options.out === undefined) process.stdout.write(text);
    else await writeFile(options.out, text);
  });

program
  .command('replay')
  .description('send a recorded stream through the real pipeline on a simulated clock, and write what came of it')
  .requiredOption('--deliveries <file>', 'webhook calls, one JSON a line: {"at": ms, "payload": {…}} (.gz accepted)')
  .option('--topology <file>', 'services and what they use (.gz accepted)')
  .option('--changes <file>', 'deploys and other changes, one JSON a line (.gz accepted)')
  .requiredOption('--out <dir>', 'where the results go')
  .option('--config <file>', 'settings of the pipeline (YAML), as MUSTER_CONFIG')
  .action(async (options: { deliveries: string; topology?: string; changes?: string; out: string; config?: string }) => {
    const { replay } = await import('./cli/replay.ts');
    await replay(options, process.env);
  });

program
  .command('similar')
  .description('rank remembered incidents by how like each query they are')
  .requiredOption('--docs <file>', 'incidents, one JSON a line: {"id", "title", "text"} and, if known, "services", "symptoms", "alerts"')
  .requiredOption('--queries <file>', 'what to look for, one JSON a line: {"id", "text"} and the same')
  .requiredOption('--out <file>', 'where the rankings go: {"<query>": ["<document>", …]}')
  .option('--reasons <file>', 'where similarities and reasons of the first five go')
  .action(async (options: { docs: string; queries: string; out: string; reasons?: string }) => {
    const { similar } = await import('./cli/similar.ts');
    await similar(options);
  });

program
  .command('detect')
  .description('look for anomalies in recorded series, one value at a time as they would have come')
  .requiredOption('--csv <file>', 'timestamp,value as CSV (.gz accepted), or a folder of such files')
  .requiredOption('--out <file>', 'where timestamp,value,score,anomaly goes; a folder when --csv is one')
  .option('--alarms-a-week <number>', 'at most so many false alarms a week (7, as a new detector)')
  .action(async (options: { csv: string; out: string; alarmsAWeek?: string }) => {
    const { detect } = await import('./cli/detect.ts');
    process.stdout.write(await detect(options));
  });

program
  .command('diagnose')
  .description('rank the likely causes of recorded cases, from metrics and call graph alone')
  .requiredOption('--cases <dir>', 'cases, or folders of cases: case.json and metrics.csv.gz each')
  .requiredOption('--out <file>', 'where the rankings go: {"<case id>": ["node ranked first", …]}')
  .option('--explain <file>', 'also write the evidence, one JSON a case and line')
  .action(async (options: { cases: string; out: string; explain?: string }) => {
    const { diagnose } = await import('./cli/diagnose.ts');
    const { cases, calm } = await diagnose(options);
    process.stdout.write(`${cases} cases diagnosed; ${calm} of them calm, with no cause to name.\n`);
  });

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
  } else {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`muster: ${explainFault(error) ?? stack}\n`);
  }
  process.exitCode = 1;
}
