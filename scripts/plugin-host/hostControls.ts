/** Addresses below /host/: they steer the host itself and have no counterpart in Grafana. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { cookie, redirect, sendJson } from './http.ts';
import type { IdentityService } from './identity.ts';
import type { Theme } from './bootData.ts';
import { findUser, USERS, type HostUser } from './users.ts';

const USER_COOKIE = 'plugin_host_user';
const THEME_COOKIE = 'plugin_host_theme';

/** Who is signed in: the choice kept in the cookie, else the first user. */
export function currentUser(req: IncomingMessage): HostUser {
  return findUser(cookie(req, USER_COOKIE)) ?? USERS[0];
}

export function currentTheme(req: IncomingMessage): Theme {
  return cookie(req, THEME_COOKIE) === 'light' ? 'light' : 'dark';
}

/**
 * `/host/user?login=`, `/host/theme?theme=`, `/host/signing?enabled=`, each with an optional `to` for the page to
 * go on with, and the pictures of the host.
 */
export function handleHostControl(url: URL, identity: IdentityService, res: ServerResponse): void {
  const to = localPath(url.searchParams.get('to'));
  const avatar = /^\/host\/avatar\/([a-z]+)\.svg$/.exec(url.pathname);
  if (avatar !== null) return sendSvg(res, avatarSvg(findUser(avatar[1])));
  switch (url.pathname) {
    case '/host/user': {
      const user = findUser(url.searchParams.get('login') ?? undefined);
      if (user === undefined) {
        return sendJson(res, 400, { message: `login must be one of: ${USERS.map(({ login }) => login).join(', ')}` });
      }
      return redirect(res, to, sessionCookie(USER_COOKIE, user.login));
    }
    case '/host/theme': {
      const theme = url.searchParams.get('theme');
      if (theme !== 'dark' && theme !== 'light') return sendJson(res, 400, { message: 'theme must be dark or light' });
      return redirect(res, to, sessionCookie(THEME_COOKIE, theme));
    }
    case '/host/signing':
      identity.signing = url.searchParams.get('enabled') !== 'false';
      return redirect(res, to);
    case '/host/icon.svg':
      return sendSvg(res, HOST_ICON);
    default:
      return sendJson(res, 404, { message: 'Not found' });
  }
}

function sessionCookie(name: string, value: string): string {
  return `${name}=${encodeURIComponent(value)}; Path=/; HttpOnly; SameSite=Lax`;
}

/** Only paths of this server: a full address would make the host redirect anywhere. */
function localPath(to: string | null): string {
  return to !== null && /^\/(?![/\\])/.test(to) ? to : '/';
}

function sendSvg(res: ServerResponse, svg: string): void {
  res.writeHead(200, { 'content-type': 'image/svg+xml', 'cache-control': 'no-cache' });
  res.end(svg);
}

const AVATAR_COLORS = ['#3871dc', '#b877d9', '#ff780a', '#56a64b', '#e02f44'];

function avatarSvg(user: HostUser | undefined): string {
  const initials =
    user === undefined
      ? '?'
      : user.name
          .split(/[ -]/)
          .slice(0, 2)
          .map((word) => word[0])
          .join('');
  const color = AVATAR_COLORS[(user?.id ?? 1) % AVATAR_COLORS.length];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="${color}"/>` +
    `<text x="16" y="21" font-family="sans-serif" font-size="13" text-anchor="middle" fill="#fff">${initials}</text></svg>`
  );
}

const HOST_ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#8e8e99" stroke-width="2">' +
  '<rect x="3" y="5" width="18" height="12" rx="2"/><path d="M8 21h8M12 17v4" stroke-linecap="round"/></svg>';
