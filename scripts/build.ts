/** Builds what is shipped: the plugin into dist/, and the OpenAPI document into docs/api/. */
import { runTool } from './run.ts';

const plugin = await runTool('webpack', ['--env', 'production']);
const openapi = plugin.code === 0 ? await runTool('node', ['backend/main.ts', 'openapi', '--out', 'docs/api/openapi.json']) : plugin;
process.exitCode = openapi.code;
