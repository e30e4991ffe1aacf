/** Builds the plugin into dist/ when what it is made of has changed since it was last built here. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const INPUTS = ['src/**/*', 'backend/contract/**/*', 'scripts/plugin-build/*', 'webpack.config.mjs', 'plugin.json', 'package.json', 'package-lock.json'];
const OUTPUTS = ['dist/plugin.json', 'dist/module.js'];
const MAX_SHOWN_CHARACTERS = 4000;

/** SHA-256 over names and contents of everything that goes into the build. */
function hashInputs(root: string): string {
  const hash = createHash('sha256');
  const files = globSync(INPUTS, { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex');
}

function runWebpack(root: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules/webpack-cli/bin/cli.js'), '--env', 'production'], {
      cwd: root, signal, stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (chunk: Buffer): void => void (output += chunk.toString('utf8'));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the plugin could not be built:\n${output.slice(-MAX_SHOWN_CHARACTERS)}`));
    });
  });
}

export interface PluginBuild {
  readonly needed: boolean;
  run(signal: AbortSignal): Promise<void>;
}

/** Looks whether dist/ is what the sources make. */
export function planPluginBuild(root: string): PluginBuild {
  const stamp = join(root, '.cache/demo/plugin-inputs');
  const inputs = hashInputs(root);
  const current = OUTPUTS.every((file) => existsSync(join(root, file))) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs;
  return {
    needed: !current,
    async run(signal) {
      await runWebpack(root, signal);
      mkdirSync(join(root, '.cache/demo'), { recursive: true });
      writeFileSync(stamp, inputs);
    },
  };
}
