import type { NavModel, NavModelItem } from '@grafana/data';
import { homeNav } from '../nav.ts';
import { Store } from '../store.ts';

export interface PageState {
  navModel: NavModel;
  pageNav: NavModelItem | undefined;
}

/** What the top bar and the menu show of the present page. */
export const pageState = new Store<PageState>({ navModel: homeNav, pageNav: undefined });

const DOCKED_KEY = 'plugin-host.menu.docked';

/** Whether the menu stands beside the page on wide screens. */
export const menuDocked = new Store(window.localStorage.getItem(DOCKED_KEY) !== 'false');
/** Whether it lies over the page. */
export const menuOpen = new Store(false);

export function setMenuDocked(docked: boolean): void {
  window.localStorage.setItem(DOCKED_KEY, String(docked));
  menuDocked.set(docked);
}
