import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, Stack, ToolbarButton, Tooltip, useStyles2 } from '@grafana/ui';
import { Breadcrumbs } from './Breadcrumbs.tsx';
import { HostMenu } from './HostMenu.tsx';
import { TOP_BAR_HEIGHT } from './measures.ts';
import { useMinWidth } from './useMediaQuery.ts';

const NOTE = 'Plugin host — a development stand-in, not Grafana';

interface Props {
  showMenuButton: boolean;
  onOpenMenu: () => void;
}

export function TopBar({ showMenuButton, onOpenMenu }: Props) {
  const styles = useStyles2(getStyles, showMenuButton);
  const isLarge = useMinWidth('lg');
  return (
    <div className={styles.bar}>
      <Stack minWidth={0} gap={0.5} alignItems="center" flex={1}>
        {showMenuButton && (
          <ToolbarButton narrow onClick={onOpenMenu} tooltip="Main menu" aria-label="Main menu">
            <Icon name="bars" size="xl" />
          </ToolbarButton>
        )}
        <Breadcrumbs />
      </Stack>
      <Stack gap={1} alignItems="center" justifyContent="flex-end">
        {isLarge ? (
          <span className={styles.note}>{NOTE}</span>
        ) : (
          <Tooltip content={NOTE}>
            <span className={styles.note} aria-label={NOTE}>
              Host
            </span>
          </Tooltip>
        )}
        <HostMenu />
      </Stack>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2, showMenuButton: boolean) => ({
  bar: css({
    boxSizing: 'border-box',
    height: TOP_BAR_HEIGHT,
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(2),
    padding: theme.spacing(0, 1),
    paddingLeft: showMenuButton ? theme.spacing(0.75) : theme.spacing(3.5),
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  note: css({
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
    whiteSpace: 'nowrap',
  }),
});
