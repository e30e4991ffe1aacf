/** Finds a Chromium for the browser tests; on Debian as root it can be installed by itself. */
import { existsSync } from 'node:fs';
import { runTool } from './run.ts';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

function present(): string | null {
  const named = process.env['MUSTER_CHROMIUM'];
  if (named !== undefined) return named;
  return CANDIDATES.find((path) => existsSync(path)) ?? null;
}

/** Whether Debian packages can be installed here. */
function canInstallPackages(): boolean {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get') && existsSync('/etc/debian_version');
}

/** Installs a Debian package, quietly. Gives whether that worked. */
export async function installDebianPackage(name: string): Promise<boolean> {
  if (!canInstallPackages()) return false;
  process.stdout.write(`Installing the Debian package ${name} …\n`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const update = await runTool('apt-get', ['update', '-qq'], { capture: true, env });
  const install = await runTool('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], { capture: true, env });
  return update.code === 0 && install.code === 0;
}

/** The path of a Chromium, installed if need be; null with a printed line that says what to do. */
export async function findChromium(): Promise<string | null> {
  const found = present();
  if (found !== null) return found;
  if ((await installDebianPackage('chromium')) && present() !== null) return present();
  process.stderr.write('No Chromium or Chrome found for the browser tests: install one (Debian: apt-get install chromium) or name it in MUSTER_CHROMIUM.\n');
  return null;
}
