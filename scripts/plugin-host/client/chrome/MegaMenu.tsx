import { useState } from 'react';
import { css, cx } from '@emotion/css';
import { Link, useLocation } from 'react-router-dom';
import { toIconName, type GrafanaTheme2, type NavModelItem } from '@grafana/data';
import { Icon, IconButton, ScrollContainer, Text, useStyles2 } from '@grafana/ui';
import { isBelow, navTree } from '../nav.ts';
import { TOP_BAR_HEIGHT } from './measures.ts';

interface Props {
  docked: boolean;
  onToggleDock?: (() => void) | undefined;
  onClose?: () => void;
}

export function MegaMenu({ docked, onToggleDock, onClose }: Props) {
  const styles = useStyles2(getStyles);
  const { pathname } = useLocation();
  const active = activeItem(navTree, pathname);
  return (
    <>
      <div className={styles.header}>
        <img src="/host/icon.svg" alt="" className={styles.logo} />
        <Text element="span" weight="medium">
          Plugin host
        </Text>
        <div className={styles.headerButtons}>
          {onToggleDock !== undefined && (
            <IconButton
              name="web-section-alt"
              tooltip={docked ? 'Undock menu' : 'Dock menu'}
              variant="secondary"
              onClick={onToggleDock}
            />
          )}
          {!docked && <IconButton name="times" tooltip="Close menu" size="xl" variant="secondary" onClick={onClose} />}
        </div>
      </div>
      <nav aria-label="Main menu" className={styles.nav}>
        <ScrollContainer height="100%" overflowX="hidden" showScrollIndicators>
          <ul className={styles.list}>
            {navTree.map((item) => (
              <MenuItem key={item.text} item={item} active={active} level={0} />
            ))}
          </ul>
        </ScrollContainer>
      </nav>
    </>
  );
}

/** The item with the longest address that the present one begins with. */
function activeItem(items: NavModelItem[], pathname: string): NavModelItem | undefined {
  let found: NavModelItem | undefined;
  const visit = (item: NavModelItem): void => {
    const fits = item.url !== undefined && (item.url === '/' ? pathname === '/' : isBelow(pathname, item.url));
    if (fits && (item.url?.length ?? 0) > (found?.url?.length ?? 0)) found = item;
    item.children?.forEach(visit);
  };
  items.forEach(visit);
  return (
    found ??
    items
      .flatMap((item) => item.children ?? [])
      .find(({ pluginId }) => pluginId !== undefined && isBelow(pathname, `/a/${pluginId}`))
  );
}

/** Level by level; a nested title begins where that of its section does. */
const INDENT = [0, 28, 44];

function holds(item: NavModelItem, active: NavModelItem | undefined): boolean {
  return item.children?.some((child) => child === active || holds(child, active)) ?? false;
}

function MenuItem({ item, active, level }: { item: NavModelItem; active: NavModelItem | undefined; level: number }) {
  const styles = useStyles2(getStyles);
  const hasActiveChild = holds(item, active);
  // undefined: not touched by hand, so the section of the present page is open
  const [chosen, setChosen] = useState<boolean>();
  const expanded = chosen ?? hasActiveChild;
  const children = item.children ?? [];
  const isActive = item === active;
  const icon = item.icon === undefined ? undefined : toIconName(item.icon);

  return (
    <li className={styles.item}>
      <div className={styles.row} style={{ paddingLeft: INDENT[level] }}>
        {level === 2 && <span className={styles.connector} />}
        <Link
          to={item.url ?? '/'}
          className={cx(styles.link, isActive && styles.active, hasActiveChild && styles.hasActiveChild)}
          aria-current={isActive ? 'page' : undefined}
        >
          {level === 0 && icon !== undefined && <Icon name={icon} size="lg" className={styles.icon} />}
          <Text truncate>{item.text}</Text>
        </Link>
        {children.length > 0 && (
          <IconButton
            className={styles.expand}
            name={expanded ? 'angle-up' : 'angle-down'}
            aria-label={`${expanded ? 'Collapse' : 'Expand'} section: ${item.text}`}
            variant="secondary"
            onClick={() => setChosen(!expanded)}
          />
        )}
      </div>
      {expanded && children.length > 0 && (
        <ul className={styles.children}>
          {children.map((child) => (
            <MenuItem key={child.text} item={child} active={active} level={level + 1} />
          ))}
        </ul>
      )}
    </li>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  header: css({
    boxSizing: 'border-box',
    height: TOP_BAR_HEIGHT,
    flexShrink: 0,
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    padding: theme.spacing(0, 1, 0, 1.5),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  headerButtons: css({ display: 'flex', alignItems: 'center', marginLeft: 'auto', gap: theme.spacing(0.5) }),
  logo: css({ width: 24, height: 24 }),
  nav: css({ flexGrow: 1, minHeight: 0 }),
  list: css({ listStyle: 'none', padding: theme.spacing(1, 1, 2, 0.5), display: 'flex', flexDirection: 'column' }),
  children: css({ listStyle: 'none', display: 'flex', flexDirection: 'column' }),
  item: css({ maxWidth: '100%' }),
  row: css({ display: 'flex', alignItems: 'center', height: theme.spacing(4), position: 'relative' }),
  connector: css({
    position: 'absolute',
    left: 36,
    top: 0,
    bottom: 0,
    borderLeft: `1px solid ${theme.colors.border.medium}`,
  }),
  link: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    flex: 1,
    minWidth: 0,
    height: '100%',
    padding: theme.spacing(0, 1),
    color: theme.colors.text.secondary,
    borderRadius: theme.shape.radius.default,
    position: 'relative',
    '&:hover': { color: theme.colors.text.primary, background: theme.colors.action.hover },
  }),
  hasActiveChild: css({ color: theme.colors.text.primary }),
  active: css({
    color: theme.colors.text.primary,
    background: theme.colors.action.selected,
    '&::before': {
      content: '""',
      position: 'absolute',
      left: 0,
      top: theme.spacing(0.5),
      bottom: theme.spacing(0.5),
      width: theme.spacing(0.5),
      borderRadius: theme.shape.radius.default,
      backgroundImage: theme.colors.gradients.brandVertical,
    },
  }),
  icon: css({ width: theme.spacing(3) }),
  expand: css({ margin: theme.spacing(0, 0.5) }),
});
