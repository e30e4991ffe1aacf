import { useEffect, type ReactNode } from 'react';
import { css, cx } from '@emotion/css';
import { useLocation } from 'react-router-dom';
import type { GrafanaTheme2 } from '@grafana/data';
import { Portal, useStyles2 } from '@grafana/ui';
import { menuDocked, menuOpen, setMenuDocked } from './chromeState.ts';
import { MegaMenu } from './MegaMenu.tsx';
import { MENU_WIDTH, TOP_BAR_HEIGHT } from './measures.ts';
import { TopBar } from './TopBar.tsx';
import { useMinWidth } from './useMediaQuery.ts';
import { useStore } from '../store.ts';

/** Top bar, menu and page. On wide screens the menu stands beside the page unless it was undocked. */
export function AppChrome({ children }: { children: ReactNode }) {
  const styles = useStyles2(getStyles);
  const isWide = useMinWidth('xl');
  const docked = useStore(menuDocked) && isWide;
  const open = useStore(menuOpen) && !docked;
  const { pathname } = useLocation();

  useEffect(() => menuOpen.set(false), [pathname]);

  return (
    <>
      {docked && (
        <div className={cx(styles.menu, styles.docked)}>
          <MegaMenu docked onToggleDock={() => setMenuDocked(false)} />
        </div>
      )}
      <header className={cx(styles.topBar, docked && styles.besideMenu)}>
        <TopBar showMenuButton={!docked} onOpenMenu={() => menuOpen.set(true)} />
      </header>
      <main id="pageContent" tabIndex={-1} className={cx(styles.page, docked && styles.pageBesideMenu)}>
        {children}
      </main>
      {open && (
        <Portal>
          <div className={styles.backdrop} onClick={() => menuOpen.set(false)} aria-hidden />
          <div
            className={cx(styles.menu, styles.overlay)}
            onKeyDown={(event) => event.key === 'Escape' && menuOpen.set(false)}
          >
            <MegaMenu
              docked={false}
              onToggleDock={isWide ? () => setMenuDocked(true) : undefined}
              onClose={() => menuOpen.set(false)}
            />
          </div>
        </Portal>
      )}
    </>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  topBar: css({
    position: 'fixed',
    zIndex: theme.zIndex.navbarFixed,
    top: 0,
    left: 0,
    right: 0,
    background: theme.colors.background.primary,
  }),
  besideMenu: css({ left: MENU_WIDTH }),
  menu: css({
    position: 'fixed',
    top: 0,
    left: 0,
    height: '100%',
    width: MENU_WIDTH,
    maxWidth: '100%',
    display: 'flex',
    flexDirection: 'column',
    background: theme.colors.background.primary,
    borderRight: `1px solid ${theme.colors.border.weak}`,
  }),
  docked: css({ zIndex: 2 }),
  overlay: css({ zIndex: theme.zIndex.modal, boxShadow: theme.shadows.z3 }),
  backdrop: css({
    position: 'fixed',
    inset: 0,
    zIndex: theme.zIndex.modalBackdrop,
    background: theme.components.overlay.background,
  }),
  page: css({
    display: 'flex',
    flexDirection: 'column',
    flexGrow: 1,
    minWidth: 0,
    paddingTop: TOP_BAR_HEIGHT,
    minHeight: '100vh',
    boxSizing: 'border-box',
    outline: 'none',
  }),
  pageBesideMenu: css({ paddingLeft: MENU_WIDTH }),
});
