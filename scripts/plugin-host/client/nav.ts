import type { NavModel, NavModelItem } from '@grafana/data';
import { config } from '@grafana/runtime';

/** The main menu, each item with a link to the one above it. */
export const navTree: NavModelItem[] = withParents(config.bootData.navTree, undefined);

function withParents(items: NavModelItem[], parentItem: NavModelItem | undefined): NavModelItem[] {
  return items.map((item) => {
    const copy: NavModelItem = { ...item, ...(parentItem !== undefined && { parentItem }) };
    if (item.children !== undefined) copy.children = withParents(item.children, copy);
    return copy;
  });
}

function flatten(items: NavModelItem[]): NavModelItem[] {
  return items.flatMap((item) => [item, ...flatten(item.children ?? [])]);
}

export function navItemById(id: string): NavModelItem | undefined {
  return flatten(navTree).find((item) => item.id === id);
}

export function navItemByUrl(url: string): NavModelItem | undefined {
  return flatten(navTree).find((item) => item.url === url);
}

const HOME: NavModelItem = { id: 'home', text: 'Home', url: '/' };

/** For pages that have no place in the menu. */
export const homeNav: NavModel = { main: HOME, node: HOME };

/** The app's section; the page is the child with the longest address that the present one begins with. */
export function pluginNav(pluginId: string, pathname: string): NavModel {
  const main = navItemById(`plugin-page-${pluginId}`) ?? HOME;
  const matching = (main.children ?? []).filter(({ url }) => url !== undefined && isBelow(pathname, url));
  const longest = matching.sort((a, b) => (b.url?.length ?? 0) - (a.url?.length ?? 0))[0];
  return { main, node: longest ?? main };
}

export function isBelow(pathname: string, url: string): boolean {
  return pathname === url || pathname.startsWith(`${url}/`);
}

export interface Crumb {
  text: string;
  href: string;
}

function pathOf(href: string): string {
  return href.split('?')[0] ?? '';
}

/** Home, the sections down to the page, then what the page adds with `pageNav`. */
export function breadcrumbsOf(section: NavModelItem, page: NavModelItem | undefined): Crumb[] {
  const crumbs: Crumb[] = [];
  const add = (item: NavModelItem | undefined): void => {
    for (let at = item; at !== undefined; at = at.parentItem) {
      if (at.hideFromBreadcrumbs === true || at.text === '') continue;
      // tabs are pages of their own address under the same title
      const activeTab = at.children?.find((child) => child.active);
      crumbs.unshift({ text: at.text, href: activeTab?.url ?? at.url ?? '' });
    }
  };
  add(section);
  if (page !== undefined && page !== section) {
    const own = crumbs.splice(0);
    add(page);
    const pageCrumbs = crumbs.splice(0);
    crumbs.push(
      // as Grafana does: a page is named once, whichever of its tabs is open
      ...own.filter((crumb) => !pageCrumbs.some(({ href }) => href !== '' && pathOf(href) === pathOf(crumb.href))),
      ...pageCrumbs
    );
  }
  if (crumbs[0]?.href !== '/') crumbs.unshift({ text: 'Home', href: '/' });
  return crumbs;
}

/** The title of the browser tab, from the page outwards. */
export function documentTitle({ main, node }: NavModel, page: NavModelItem | undefined): string {
  const parts: string[] = [];
  for (let at = page; at !== undefined; at = at.parentItem) parts.push(at.text);
  if (node !== main) parts.push(node.text);
  parts.push(main.text, 'Plugin host');
  return [...new Set(parts.filter((part) => part !== ''))].join(' - ');
}
