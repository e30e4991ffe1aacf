import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';

const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.md': 'text/markdown; charset=utf-8',
};

/** A part of the URL space that is served from a folder. */
export interface Mount {
  prefix: string;
  folder: string;
  cache: 'immutable' | 'revalidate';
}

/** Serves the first file found below the mounts, in their order. Returns false if there is none. */
export async function serveStatic(mounts: readonly Mount[], pathname: string, res: ServerResponse): Promise<boolean> {
  for (const mount of mounts) {
    if (!pathname.startsWith(mount.prefix)) continue;
    const file = path.join(mount.folder, pathname.slice(mount.prefix.length));
    if (!file.startsWith(mount.folder + path.sep)) continue;
    const info = await stat(file).catch(missing);
    if (info === undefined || !info.isFile()) continue;
    res.writeHead(200, {
      'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'content-length': info.size,
      'cache-control': mount.cache === 'immutable' ? 'public, max-age=3600' : 'no-cache',
    });
    createReadStream(file).pipe(res);
    return true;
  }
  return false;
}

function missing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
    return undefined;
  throw error;
}
