/** Builds what is shipped: the plugin into dist/, the OpenAPI document into docs/api/, and the schema of runbooks into docs/. */
import { runTool } from './run.ts';

const plugin = await runTool('webpack', ['--env', 'production']);
const openapi = plugin.code === 0 ? await runTool('node', ['backend/main.ts', 'openapi', '--out', 'docs/api/openapi.json']) : plugin;
const schema = openapi.code === 0 ? await runTool('node', ['backend/main.ts', 'runbook-schema', '--out', 'docs/runbook.schema.json']) : openapi;
process.exitCode = schema.code;
